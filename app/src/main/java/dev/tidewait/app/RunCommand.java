package dev.tidewait.app;

import dev.tidewait.app.program.ChildProgram;
import dev.tidewait.app.program.CommandPath;
import dev.tidewait.app.program.MovedProcesses;
import dev.tidewait.app.program.OtherUser;
import dev.tidewait.app.program.ReportOutput;
import dev.tidewait.app.program.SignalRelay;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.OwnCgroup;
import dev.tidewait.linux.ProcessSignal;
import dev.tidewait.linux.ProcessStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code tidewait run}: starts a program with the rule applied to its connections. Everything that can go wrong is decided before it starts. Used
 * by the main thread; signals come on threads of their own.
 */
@Command(
        name = "run",
        description =
                "Runs a command whose outgoing TCP connections do not run out of ports: each gets the port that has rested"
                        + " longest. The command keeps its terminal, streams, directory and environment; SIGTERM, SIGINT, SIGHUP and SIGUSR2"
                        + " are passed on to it. SIGUSR1 prints the report, which also comes at the end, on standard error."
                        + " SIGUSR1 and SIGQUIT stay with Tidewait: send them to the command's own process.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tidewait run -- nginx -g 'daemon off;'",
            "  tidewait run --user www-data --admin 127.0.0.1:8405 -- haproxy -f /etc/haproxy/haproxy.cfg",
            "  tidewait run --source 198.51.100.0/28 --destination 203.0.113.7:443 -- python3 crawl.py",
            "",
            "If the command ends with 0 and has left processes in the background, as daemons do, this waits for them."
        },
        exitCodeList = {
            "N:that of the command; 128+N if signal N ended it",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.LAUNCHER,
            ExitCode.NOT_STARTED + ":the command was not started; stderr says what, why and what to do",
            ExitCode.NOT_EXECUTABLE + ":the command may not be executed",
            ExitCode.NO_COMMAND + ":there is no such command"
        })
final class RunCommand implements Callable<Integer> {
    /** Longest time between two looks at who of those that were left behind is still there. */
    private static final long LOOK_SECONDS = 1;

    @Mixin
    private RuleOptions options;

    @Option(names = "--user", paramLabel = "USER", description = "Starts the command as this user.")
    private @Nullable String user;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments.")
    private List<String> command = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    private final Attacher attacher;

    RunCommand() {
        this(Attacher.HOOK);
    }

    RunCommand(Attacher attacher) {
        this.attacher = attacher;
    }

    @Override
    public Integer call() throws InterruptedException {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
        return switch (CommandPath.find(command.getFirst(), path)) {
            case CommandPath.NotFound none -> fail(ExitCode.NO_COMMAND, none.message());
            case CommandPath.NotExecutable unfit -> fail(ExitCode.NOT_EXECUTABLE, unfit.message());
            case CommandPath.Found ignored -> prepare();
        };
    }

    private int prepare() throws InterruptedException {
        try {
            Optional<OtherUser> other = user == null ? Optional.empty() : Optional.of(OtherUser.find(user));
            ReportOutput output = ReportOutput.open(
                    options.report(), options.json(), spec.commandLine().getErr());
            try (RuleSession session = RuleSession.open(options, attacher, output)) {
                RulePlan plan = session.plan();
                return apply(session, plan, other);
            }
        } catch (RuleException | IOException | LinuxException e) {
            return fail(ExitCode.NOT_STARTED, String.valueOf(e.getMessage()));
        }
    }

    private int apply(RuleSession session, RulePlan plan, Optional<OtherUser> other)
            throws RuleException, IOException, InterruptedException {
        Cgroup home = Cgroup.ofThisProcess();
        OwnCgroup.removeAbandoned(home);
        OwnCgroup own = OwnCgroup.make(home, "run-" + ProcessHandle.current().pid());
        try {
            session.attach(own.cgroup());
            announce(plan, session);
            return run(session, own.cgroup(), other);
        } finally {
            detach(session);
            giveBack(own, home);
        }
    }

    /** The exit code of the command must not be lost over a report. */
    private void detach(RuleSession session) {
        try {
            session.detach();
        } catch (RuntimeException e) {
            say("there is no last report: " + e.getMessage());
        }
    }

    private int run(RuleSession session, Cgroup cgroup, Optional<OtherUser> other)
            throws IOException, InterruptedException {
        try (SignalRelay relay = new SignalRelay(cgroup)) {
            for (ProcessSignal signal : ProcessSignal.values()) {
                Signals.on(signal.name(), () -> relay.pass(signal));
            }
            Signals.on("USR1", session::writeReport);
            ChildProgram child = ChildProgram.start(
                    command,
                    cgroup,
                    other,
                    Optional.ofNullable(System.getProperty("tidewait.open-files")),
                    ProcessStat.of(ProcessHandle.current().pid())
                            .map(ProcessStat::groupId)
                            .orElse(0L));
            relay.follow(child);
            int exitCode = child.await();
            if (exitCode == 0) {
                awaitBackground(cgroup);
            }
            return exitCode;
        }
    }

    /** A daemon's first process ends at once; the rule is for those that it leaves. */
    private void awaitBackground(Cgroup cgroup) throws InterruptedException {
        try {
            List<Long> left = cgroup.allProcesses();
            if (!left.isEmpty()) {
                say(command.getFirst() + " has gone into the background; waiting for the " + left.size()
                        + (left.size() == 1 ? " process" : " processes") + " that it left");
            }
            for (; !left.isEmpty(); left = cgroup.allProcesses()) {
                awaitEnd(left.getFirst());
            }
        } catch (IOException e) {
            say("cannot see any more what the command left: " + e.getMessage());
        }
    }

    private static void awaitEnd(long processId) throws InterruptedException {
        try {
            ProcessHandle.of(processId)
                    .map(ProcessHandle::onExit)
                    .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()))
                    .get(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException stillThere) {
            // the caller looks again
        }
    }

    /** Whoever is still there goes on without the rule, where it would be without Tidewait. */
    private void giveBack(OwnCgroup own, Cgroup home) {
        try {
            MovedProcesses.giveBack(own, home);
        } catch (IOException e) {
            say("cannot clean up: " + e.getMessage());
        }
    }

    private void announce(RulePlan plan, RuleSession session) {
        RuleMessages.sayPorts(spec, command.getFirst(), plan);
        plan.notes().forEach(note -> say("note: " + note));
        RuleMessages.sayAdmin(spec, session);
    }

    private void say(String line) {
        RuleMessages.say(spec, line);
    }

    private int fail(int exitCode, String message) {
        say("run: " + message);
        return exitCode;
    }
}

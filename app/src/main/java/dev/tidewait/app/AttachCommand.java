package dev.tidewait.app;

import dev.tidewait.app.program.AttachRecord;
import dev.tidewait.app.program.AttachTarget;
import dev.tidewait.app.program.MovedProcesses;
import dev.tidewait.app.program.ReportOutput;
import dev.tidewait.app.program.TheirNamespace;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.LinuxException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code tidewait attach}: applies the rule to a program that runs already, until it is told to stop. Used by the main thread; signals come on
 * threads of their own.
 */
@Command(
        name = "attach",
        description =
                "Applies the rule to the outgoing TCP connections of a program that is running already, until SIGTERM, Ctrl-C"
                        + " or 'tidewait detach', or until the program has ended. Its open connections are left alone, now and then. SIGUSR1"
                        + " prints the report, which also comes at the end, on standard error.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tidewait attach --unit nginx",
            "  tidewait attach --pid 4711 --destination 203.0.113.7:443",
            "  tidewait attach --cgroup /sys/fs/cgroup/system.slice/docker-0123.scope --json --report /run/report.json"
        },
        exitCodeList = {
            ExitCode.OK + ":detached",
            ExitCode.FAILED + ":failed; stderr says what, why and what to do",
            ExitCode.USAGE
                    + ":wrong command line; nothing was done. Or this host lacks what is needed, or there is no such program",
            ExitCode.LAUNCHER,
            ExitCode.TAKEN + ":" + ExitCode.TAKEN_MEANS
        })
final class AttachCommand implements Callable<Integer> {
    /** Between two looks at whether the cgroup is still the same: within so much after a restart the rule applies again. */
    private static final long LOOK_MILLIS = 100;

    @ArgGroup(multiplicity = "1")
    private TargetOptions targets = new TargetOptions();

    @Mixin
    private RuleOptions options;

    @Spec
    private CommandSpec spec;

    private final Attacher attacher;
    private final StopRequest stop = new StopRequest();

    AttachCommand() {
        this(Attacher.HOOK);
    }

    AttachCommand(Attacher attacher) {
        this.attacher = attacher;
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            AttachTarget target = targets.target().orElseThrow();
            Cgroup found = find(target);
            ReportOutput output = ReportOutput.open(
                    options.report(), options.json(), spec.commandLine().getErr());
            try (RuleSession session = RuleSession.open(options, attacher, output)) {
                stop.listen();
                List<String> notes = target instanceof AttachTarget.Program program
                        ? TheirNamespace.enter(MovedProcesses.withDescendants(program.processId()))
                        : TheirNamespace.enter(found);
                RulePlan plan = session.plan();
                notes.forEach(note -> say("note: " + note));
                plan.notes().forEach(note -> say("note: " + note));
                if (target instanceof AttachTarget.Program program) {
                    stayOn(session, plan, program);
                } else {
                    stayOn(session, plan, target, found);
                }
            }
            return ExitCode.OK;
        } catch (RuleException e) {
            return fail(e.taken() ? ExitCode.TAKEN : ExitCode.USAGE, e);
        } catch (IOException | LinuxException e) {
            return fail(ExitCode.FAILED, e);
        }
    }

    private static Cgroup find(AttachTarget target) throws RuleException {
        if (target instanceof AttachTarget.Program program && MovedProcesses.areWe(program.processId())) {
            throw new RuleException("process " + program.processId() + " is this tidewait, or it has started it."
                    + " Attach to it from another session");
        }
        Cgroup found;
        try {
            found = target.cgroup();
        } catch (IOException | LinuxException e) {
            throw new RuleException(String.valueOf(e.getMessage()));
        }
        // A process is moved to a cgroup of its own, wherever it is now.
        Optional<String> unfit = target instanceof AttachTarget.Program
                ? Optional.empty()
                : AttachTarget.unfit(found, Cgroup.ofThisProcess());
        if (unfit.isPresent()) {
            throw new RuleException(unfit.get());
        }
        return found;
    }

    private void stayOn(RuleSession session, RulePlan plan, AttachTarget.Program program)
            throws RuleException, IOException, InterruptedException {
        try (MovedProcesses moved = MovedProcesses.prepare(program.processId())) {
            AttachRecord record =
                    AttachRecord.leave(program.text(), moved.cgroup().toString());
            try {
                session.attach(moved.cgroup());
                List<Long> elsewhere = moved.move(program.processId());
                if (!elsewhere.isEmpty()) {
                    say("note: processes that it started are in other cgroups and stay there, without the rule: "
                            + elsewhere);
                }
                stay(session, plan, program, moved.cgroup(), moved.cgroup().id());
            } finally {
                record.remove();
                session.detach();
            }
        }
    }

    /** A unit that stops has its cgroup removed, and another one when it starts again; both have the same path. */
    private void stayOn(RuleSession session, RulePlan plan, AttachTarget target, Cgroup cgroup)
            throws RuleException, IOException, InterruptedException {
        AttachRecord record = AttachRecord.leave(target.text(), cgroup.toString());
        try {
            long id = cgroup.id(); // before the attachment: one that is made in between has another
            session.attach(cgroup);
            while (stay(session, plan, target, cgroup, id) && target instanceof AttachTarget.Unit unit) {
                session.awaitNext();
                say(unit.text() + " has stopped; waiting until it starts again");
                OptionalLong next = attachAgain(session, cgroup);
                if (next.isEmpty()) {
                    return;
                }
                id = next.getAsLong();
            }
        } finally {
            record.remove();
        }
    }

    /** Attaches as soon as the cgroup is there: its {@link Cgroup#id}; empty if a stop is wanted before. */
    private OptionalLong attachAgain(RuleSession session, Cgroup cgroup) throws RuleException, InterruptedException {
        do {
            long id = cgroup.id();
            if (id < 0) {
                continue;
            }
            try {
                session.attach(cgroup);
                return OptionalLong.of(id);
            } catch (RuleException | LinuxException e) {
                if (cgroup.id() == id) {
                    throw e;
                }
                // The unit has stopped once more, as one does that fails when it starts.
            }
        } while (!stop.await(LOOK_MILLIS));
        return OptionalLong.empty();
    }

    /**
     * Until a stop is wanted (false), or the program has ended (true).
     *
     * @param id the cgroup's {@link Cgroup#id} from before the attachment
     */
    private boolean stay(RuleSession session, RulePlan plan, AttachTarget target, Cgroup cgroup, long id)
            throws IOException, InterruptedException {
        Signals.on("USR1", session::writeReport);
        announce(session, plan, target, cgroup);
        while (!stop.await(LOOK_MILLIS)) {
            boolean empty = target instanceof AttachTarget.Program
                    && cgroup.allProcesses().isEmpty();
            if (empty || cgroup.id() != id) {
                return true;
            }
        }
        return false;
    }

    private void announce(RuleSession session, RulePlan plan, AttachTarget target, Cgroup cgroup) {
        RuleMessages.sayPorts(spec, "attached to " + target.text() + " (" + cgroup + "): it", plan);
        RuleMessages.sayAdmin(spec, session);
    }

    private void say(String line) {
        RuleMessages.say(spec, line);
    }

    private int fail(int exitCode, Exception cause) {
        say("attach: " + cause.getMessage());
        return exitCode;
    }
}

package dev.tidewait.app;

import dev.tidewait.app.program.AttachRecord;
import dev.tidewait.app.program.AttachTarget;
import dev.tidewait.app.program.MovedProcesses;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.ProcessSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tidewait detach}: ends a running {@code attach}. Used by the main thread. */
@Command(
        name = "detach",
        description =
                "Ends a running 'tidewait attach', as Ctrl-C there does, and waits until it has ended. The program goes on; its"
                        + " connects go the kernel's way again. Without an option: the only one that is running.",
        footerHeading = "%nExamples:%n",
        footer = {"  tidewait detach --unit nginx", "  tidewait detach --pid 4711", "  tidewait detach"},
        exitCodeList = {
            ExitCode.OK + ":detached",
            ExitCode.FAILED + ":no such attach is running, or it did not end; stderr says more",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.LAUNCHER
        })
final class DetachCommand implements Callable<Integer> {
    /** An attach writes its report and moves processes back; more than this means that it hangs. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ArgGroup(multiplicity = "0..1")
    private @Nullable TargetOptions targets;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        try {
            List<AttachRecord> running = AttachRecord.running();
            Optional<AttachTarget> target = targets == null ? Optional.empty() : targets.target();
            if (target.isEmpty()) {
                return endTheOnly(running);
            }
            Optional<AttachRecord> wanted = running.stream()
                    .filter(record -> isMeant(record, target.get()))
                    .findFirst();
            if (wanted.isPresent()) {
                return end(wanted.get());
            }
            if (target.get() instanceof AttachTarget.Program program && moveBack(program)) {
                return ExitCode.OK;
            }
            return fail("no attach to " + target.get().text() + " is running. " + list(running));
        } catch (IOException | LinuxException e) {
            return fail(String.valueOf(e.getMessage()));
        }
    }

    private int endTheOnly(List<AttachRecord> running) throws IOException, InterruptedException {
        if (running.size() == 1) {
            return end(running.getFirst());
        }
        return fail(
                running.isEmpty()
                        ? "no attach is running"
                        : "more than one attach is running: say which with --unit, --pid or --cgroup. "
                                + list(running));
    }

    private static boolean isMeant(AttachRecord record, AttachTarget target) {
        if (record.target().equals(target.text())) {
            return true;
        }
        try {
            return record.cgroup().equals(target.cgroup().toString());
        } catch (IOException | LinuxException gone) {
            return false;
        }
    }

    private int end(AttachRecord record) throws IOException, InterruptedException {
        Optional<ProcessHandle> process = ProcessHandle.of(record.processId());
        if (!ProcessSignal.TERM.send(record.processId()) && record.isRunning()) {
            return fail("process " + record.processId() + ", which is attached to " + record.target()
                    + ", belongs to another user. Run this as root (sudo)");
        }
        try {
            if (process.isPresent()) {
                process.get().onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (TimeoutException e) {
            return fail("process " + record.processId() + ", which is attached to " + record.target()
                    + ", has not ended within " + LIMIT.toSeconds() + " s. To end it at once: kill -9 "
                    + record.processId() + "; the program goes on");
        }
        record.remove(); // a killed one has left it
        say("detached from " + record.target());
        if (record.movedProcesses() && moveBack(Cgroup.at(Path.of(record.cgroup())))) {
            say("the attach was killed while it ended; moved its processes back to their cgroup");
        }
        return ExitCode.OK;
    }

    /** An attach that was killed left its process in a cgroup of ours. */
    private boolean moveBack(AttachTarget.Program program) throws IOException {
        if (!moveBack(Optional.of(Cgroup.ofProcess(program.processId())))) {
            return false;
        }
        say("the attach to " + program.text() + " had been killed; moved it back to its cgroup");
        return true;
    }

    private static boolean moveBack(Optional<Cgroup> cgroup) throws IOException {
        Optional<MovedProcesses> left = cgroup.isPresent() ? MovedProcesses.takeOver(cgroup.get()) : Optional.empty();
        if (left.isPresent()) {
            left.get().close();
        }
        return left.isPresent();
    }

    private static String list(List<AttachRecord> running) {
        return running.isEmpty()
                ? "None is running"
                : "Running: "
                        + running.stream()
                                .map(record -> record.target() + " (process " + record.processId() + ")")
                                .collect(Collectors.joining(", "));
    }

    private void say(String line) {
        RuleMessages.say(spec, line);
    }

    private int fail(String message) {
        say("detach: " + message);
        return ExitCode.FAILED;
    }
}

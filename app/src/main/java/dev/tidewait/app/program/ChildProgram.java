package dev.tidewait.app.program;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.ProcessSignal;
import dev.tidewait.linux.ProcessStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command of {@code tidewait run} as a process: in its cgroup before its first instruction, with standard streams, working directory and
 * environment of this process, and nothing else of it. Any thread may signal it.
 *
 * <p>A shell of the same process id goes first. It enters the cgroup, takes back the limit of open files that the JVM has raised for itself (programs
 * size tables by it), and replaces itself by the command. The JVM closes every descriptor above 2 on the way.
 */
public final class ChildProgram {
    /** $0 is the cgroup's list of processes, $1 the limit of open files or nothing. 125: as env(1) and others, the wrapper failed. */
    private static final String WRAPPER =
            "echo $$ >\"$0\" || exit 125; [ -z \"$1\" ] || ulimit -Sn \"$1\" || exit 125; shift; exec \"$@\"";

    private final Process process;
    private final long groupId;

    private ChildProgram(Process process, long groupId) {
        this.process = process;
        this.groupId = groupId;
    }

    /**
     * Starts it.
     *
     * @param command its name and arguments
     * @param openFiles the soft limit of open files to give it; empty = as it is
     * @param groupId the process group of this process, which the child joins
     */
    public static ChildProgram start(
            List<String> command, Cgroup cgroup, Optional<OtherUser> user, Optional<String> openFiles, long groupId)
            throws IOException {
        List<String> line = new ArrayList<>(
                List.of("/bin/sh", "-c", WRAPPER, cgroup.processesFile().toString(), openFiles.orElse("")));
        user.ifPresent(other -> line.addAll(other.prefix()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        user.ifPresent(other -> builder.environment().putAll(other.environment()));
        return new ChildProgram(builder.start(), groupId);
    }

    public long processId() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end: its exit code, or 128 and the signal that ended it. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** Whether a signal to this process's group reaches it too: it may have left the group, as daemons do. */
    boolean isInOurGroup() {
        return ProcessStat.of(process.pid())
                .map(stat -> stat.groupId() == groupId)
                .orElse(false);
    }

    /** Sends it a signal; false if it has ended. */
    boolean signal(ProcessSignal signal) {
        return process.isAlive() && signal.send(process.pid());
    }
}

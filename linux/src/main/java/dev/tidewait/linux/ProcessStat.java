package dev.tidewait.linux;

import java.util.Optional;

/**
 * A process as /proc/PID/stat describes it (proc_pid_stat(5)). Immutable.
 *
 * @param parentId its parent's id
 * @param groupId its process group
 * @param startTicks when it started, in clock ticks since the boot: with the id it names one process, even if the id is given out again
 */
public record ProcessStat(long processId, long parentId, long groupId, long startTicks) {
    // Fields behind the name, which is in parentheses and may contain anything: field 3 of the manual page is 0 here.
    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int START = 19;

    /** Of a process; empty if there is none of that id. */
    public static Optional<ProcessStat> of(long processId) {
        String file = "/proc/" + processId + "/stat";
        try {
            return Optional.of(parse(processId, ProcFile.read(file, "cannot read " + file, "")));
        } catch (LinuxException e) {
            return Optional.empty(); // ENOENT, or ESRCH while it was read
        }
    }

    static ProcessStat parse(long processId, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
        return new ProcessStat(
                processId,
                Long.parseLong(fields[PARENT]),
                Long.parseLong(fields[GROUP]),
                Long.parseLong(fields[START]));
    }
}

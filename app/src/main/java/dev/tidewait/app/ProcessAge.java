package dev.tidewait.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long ago this process began, to 20 ms: by the launcher's shell, whose place the JVM has taken. ProcessHandle's start is up to a second wrong, because it counts from
 * the second in which the host was booted ({@code btime} in {@code /proc/stat}). No state.
 */
final class ProcessAge {
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Path UPTIME = Path.of("/proc/uptime");

    /** USER_HZ, in which the kernel tells times to everybody (proc_pid_stat(5)). */
    private static final long MILLIS_A_TICK = 10;

    /** Of starttime, behind the name in parentheses, which may contain anything. */
    private static final int START_FIELD = 22 - 3;

    private ProcessAge() {}

    /** @throws UncheckedIOException if there is no {@code /proc} */
    static Duration now() {
        try {
            String stat = Files.readString(STAT);
            String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", START_FIELD + 2);
            String uptime = Files.readString(UPTIME);
            double upSeconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            long beganMillis = Long.parseLong(behindName[START_FIELD]) * MILLIS_A_TICK;
            return Duration.ofMillis(Math.max(0, Math.round(upSeconds * 1_000) - beganMillis));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

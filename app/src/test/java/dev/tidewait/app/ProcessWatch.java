package dev.tidewait.app;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What /proc says of a process while it runs; figures that never fall, so that the last look before its end counts. Used by one thread. */
final class ProcessWatch {
    private final Path process;
    private long peakKilobytes;
    private long mostRunNanos;
    private long waitedNanos;

    ProcessWatch(long processId) {
        process = Path.of("/proc", Long.toString(processId));
    }

    void look() {
        try {
            for (String line : Files.readAllLines(process.resolve("status"))) {
                if (line.startsWith("VmHWM:")) {
                    peakKilobytes = Math.max(peakKilobytes, Long.parseLong(line.replaceAll("\\D", "")));
                }
            }
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
                for (Path thread : threads) {
                    // Nanoseconds on a CPU, nanoseconds in line for one, turns
                    // (Documentation/scheduler/sched-stats.rst).
                    String[] times =
                            Files.readString(thread.resolve("schedstat")).split(" ", -1);
                    long run = Long.parseLong(times[0]);
                    if (run >= mostRunNanos) {
                        mostRunNanos = run;
                        waitedNanos = Long.parseLong(times[1]);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException ended) {
            // The thread, or all of it.
        }
    }

    /** The most memory that it had, VmHWM. */
    long peakKilobytes() {
        return peakKilobytes;
    }

    /** How long the thread that ran most could have run, and others had the CPU. */
    long waitedMillis() {
        return waitedNanos / 1_000_000;
    }
}

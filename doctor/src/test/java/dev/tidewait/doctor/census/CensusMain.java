package dev.tidewait.doctor.census;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Two looks and a report in a process of their own, as the doctor takes them; prints what they cost. */
final class CensusMain {
    static final long BETWEEN_LOOKS_NANOS = 200_000_000;
    static final int SHOWN = 20;

    private CensusMain() {}

    public static void main(String[] arguments) throws IOException {
        try (Census census = Census.open(OwnPorts.NONE)) {
            long begin = System.nanoTime();
            census.look(System::nanoTime);
            long first = System.nanoTime();
            long next = begin + BETWEEN_LOOKS_NANOS;
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            long second = System.nanoTime();
            census.look(System::nanoTime);
            long looked = System.nanoTime();
            CensusReport report = census.report(SHOWN);
            long reported = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "timeWait=%d destinations=%d firstLookMillis=%d secondLookMillis=%d reportMillis=%d peakKilobytes=%d%n",
                    report.outgoing().timeWait(),
                    report.destinations().size(),
                    (first - begin) / 1_000_000,
                    (looked - second) / 1_000_000,
                    (reported - looked) / 1_000_000,
                    peakKilobytes());
            report.notes().forEach(System.out::println);
        }
    }

    private static long peakKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmHWM in /proc/self/status");
    }
}

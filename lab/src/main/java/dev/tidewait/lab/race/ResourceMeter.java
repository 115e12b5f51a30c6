package dev.tidewait.lab.race;

import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What the machine and one program with all its children use, from /proc. Children and threads that end between two looks are lost with what they
 * used; none of the contestants has such. Any thread.
 */
final class ResourceMeter {
    private static final Path MACHINE = Path.of("/proc/stat");
    /** Of /proc/stat and /proc/PID/stat: USER_HZ is 100 on every machine that has a JDK 25, whatever the kernel's tick is. */
    private static final long MICROS_PER_TICK = 10_000;

    // Of the line "cpu" of proc_stat(5), behind its name: idle, iowait, and steal, when another machine had the CPU.
    private static final List<Integer> IDLE = List.of(4, 5, 8);
    private static final long NANOS_PER_MICRO = 1_000;

    // Of proc_pid_stat(5) behind the name, which is in parentheses and may contain anything: field 3 of the manual page
    // is 0 here.
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    private static final String RESIDENT = "VmRSS:";
    private static final String VOLUNTARY = "voluntary_ctxt_switches:";
    private static final String OTHERS = "nonvoluntary_ctxt_switches:";
    private static final double KIBIBYTES_PER_MIB = 1_024;

    private final ProcessHandle program;

    /** @param program whose children, and theirs, count too */
    ResourceMeter(ProcessHandle program) {
        this.program = program;
    }

    /** Everything since the machine and the program were started. */
    Usage now() {
        long user = 0;
        long system = 0;
        long switches = 0;
        for (Path process : processes()) {
            String stat = read(process.resolve("stat"));
            if (stat.isEmpty()) {
                continue;
            }
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            user += Long.parseLong(fields[USER]) * MICROS_PER_TICK;
            system += Long.parseLong(fields[SYSTEM]) * MICROS_PER_TICK;
            switches += switches(process.resolve("task"));
        }
        return new Usage(machineMicros(), user, system, switches);
    }

    /** Of all its processes; pages that two share count twice. */
    double residentMiB() {
        return processes().stream()
                        .mapToLong(process -> field(process.resolve("status"), RESIDENT))
                        .sum()
                / KIBIBYTES_PER_MIB;
    }

    private List<Path> processes() {
        return Stream.concat(Stream.of(program), program.descendants())
                .map(process -> Path.of("/proc", Long.toString(process.pid())))
                .toList();
    }

    /**
     * How busy the machine is now.
     *
     * @return of all CPUs, over the given time, which this takes; 0 to 1
     */
    static double busyShare(Duration time) {
        long begin = System.nanoTime();
        long before = machineMicros();
        while (System.nanoTime() - begin < time.toNanos()) {
            LockSupport.parkNanos(time.toNanos() - (System.nanoTime() - begin));
        }
        double micros = (double) (System.nanoTime() - begin) / NANOS_PER_MICRO;
        return (machineMicros() - before) / (micros * Runtime.getRuntime().availableProcessors());
    }

    /**
     * What is not idle time: the kernel measures that exactly, also between its ticks, where the busy columns only have what the ticks met.
     * Since an arbitrary moment.
     */
    private static long machineMicros() {
        long cpus = 0;
        long idleTicks = 0;
        for (String line :
                read(MACHINE).lines().filter(line -> line.startsWith("cpu")).toList()) {
            String[] fields = line.split(" +", -1);
            if (fields[0].equals("cpu")) {
                idleTicks = IDLE.stream()
                        .mapToLong(field -> Long.parseLong(fields[field]))
                        .sum();
            } else {
                cpus++;
            }
        }
        return System.nanoTime() / NANOS_PER_MICRO * cpus - idleTicks * MICROS_PER_TICK;
    }

    private static long switches(Path threads) {
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(threads)) {
            for (Path task : tasks) {
                sum += field(task.resolve("status"), VOLUNTARY) + field(task.resolve("status"), OTHERS);
            }
        } catch (IOException e) {
            throw new LabException("cannot list " + threads + ": " + e.getMessage(), e);
        }
        return sum;
    }

    /** The number in a row of a status file; 0 if the file has gone, or the process has ended and not been waited for. */
    private static long field(Path file, String row) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(row))
                .mapToLong(line ->
                        Long.parseLong(line.substring(row.length()).strip().split(" ", -1)[0]))
                .findFirst()
                .orElse(0);
    }

    /** Empty if it has gone (ENOENT, or ESRCH while it was read). */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}

package dev.tidewait.lab.peers;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LoadSecond;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much of one core a process uses while a load runs, from /proc/PID/stat. The first quarter of the time does not count: the JVM compiles
 * then. Any thread.
 */
final class CpuWatch implements Consumer<LoadSecond> {
    private final ProcessHandle process;
    private final long firstSecond;
    private long beganNanos; // guarded by this
    private Duration before; // guarded by this

    CpuWatch(ProcessHandle process, Duration loadTime) {
        this.process = process;
        this.firstSecond = loadTime.toSeconds() / 4;
        this.beganNanos = System.nanoTime();
        this.before = used();
    }

    @Override
    public synchronized void accept(LoadSecond second) {
        if (second.second() == firstSecond) {
            beganNanos = System.nanoTime();
            before = used();
        }
    }

    /** Until now; the process must still run. */
    synchronized double share() {
        return used().minus(before).toNanos() / (double) (System.nanoTime() - beganNanos);
    }

    private Duration used() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new LabException("process " + process.pid() + " has ended"));
    }
}

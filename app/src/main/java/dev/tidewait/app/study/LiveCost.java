package dev.tidewait.app.study;

import dev.tidewait.evidence.live.LiveWatch;
import dev.tidewait.linux.BpfRunTime;
import dev.tidewait.linux.BpfStatistics;
import dev.tidewait.linux.CpuTime;
import java.util.Optional;

/**
 * CPU time that a watch took, from the moment it stood. Immutable.
 *
 * @param seconds for so long
 * @param bpf the programs in the kernel, on whatever CPU
 * @param ownNanos this process: reading events, counting, showing progress; its start is not in it
 */
public record LiveCost(double seconds, BpfRunTime bpf, long ownNanos) {
    /** Of one core. */
    public double share() {
        return (bpf.nanos() + ownNanos) / (seconds * 1e9);
    }

    /** Measures until it is read. */
    public interface Meter extends AutoCloseable {
        Optional<LiveCost> read();

        @Override
        void close();
    }

    /** Measures nothing. */
    public static Meter none() {
        return new Meter() {
            @Override
            public Optional<LiveCost> read() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
    }

    /** Measures from now on. */
    public static Meter measure(LiveWatch watch) {
        BpfStatistics statistics = BpfStatistics.open();
        BpfRunTime before = watch.runTime();
        long ownBefore = CpuTime.ofThisProcessNanos();
        long beganNanos = System.nanoTime();
        return new Meter() {
            @Override
            public Optional<LiveCost> read() {
                return Optional.of(new LiveCost(
                        (System.nanoTime() - beganNanos) / 1e9,
                        watch.runTime().since(before),
                        CpuTime.ofThisProcessNanos() - ownBefore));
            }

            @Override
            public void close() {
                statistics.close();
            }
        };
    }
}

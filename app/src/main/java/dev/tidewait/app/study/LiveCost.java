package dev.tidewait.app.study;

import dev.tidewait.evidence.live.LiveWatch;
import dev.tidewait.linux.BpfRunTime;
import dev.tidewait.linux.BpfStatistics;
import dev.tidewait.linux.CpuTime;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * CPU time that a watch took, from the moment it stood. Immutable.
 *
 * @param seconds for so long
 * @param programs those in the kernel by name, on whatever CPU
 * @param ownNanos this process: reading events, counting, showing progress; its start is not in it
 */
public record LiveCost(double seconds, SortedMap<String, BpfRunTime> programs, long ownNanos) {
    public LiveCost {
        programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
    }

    /** All programs in the kernel. */
    public BpfRunTime bpf() {
        return new BpfRunTime(
                programs.values().stream().mapToLong(BpfRunTime::runs).sum(),
                programs.values().stream().mapToLong(BpfRunTime::nanos).sum());
    }

    /** Of one core. */
    public double share() {
        return (bpf().nanos() + ownNanos) / (seconds * 1e9);
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
        Map<String, BpfRunTime> before = watch.runTimes();
        long ownBefore = CpuTime.ofThisProcessNanos();
        long beganNanos = System.nanoTime();
        return new Meter() {
            @Override
            public Optional<LiveCost> read() {
                return Optional.of(new LiveCost(
                        (System.nanoTime() - beganNanos) / 1e9,
                        since(before, watch.runTimes()),
                        CpuTime.ofThisProcessNanos() - ownBefore));
            }

            @Override
            public void close() {
                statistics.close();
            }
        };
    }

    private static SortedMap<String, BpfRunTime> since(Map<String, BpfRunTime> before, Map<String, BpfRunTime> now) {
        SortedMap<String, BpfRunTime> grown = new TreeMap<>();
        before.forEach((program, time) ->
                grown.put(program, now.getOrDefault(program, time).since(time)));
        return grown;
    }
}

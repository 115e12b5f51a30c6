package dev.tidewait.ports.bench;

import dev.tidewait.ports.Decision;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.TimeWaitRule;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the rule says about one four-tuple: may it be used at this age, and how long must it cool. Every row of the table takes its turn. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBenchmark {
    /** Of so many rows; a power of two. */
    private static final int ROWS = 16;

    private static final int AGE_STEP_MILLIS = 1_777;

    private final TimeWaitRule rule = new TimeWaitRule(Floors.DEFAULT, true);
    private final Ending[] endings = endings();
    private int operations;

    /** At lease. */
    @Benchmark
    public Decision mayBeReused() {
        operations++;
        return rule.decide(endings[operations & (ROWS - 1)], (long) AGE_STEP_MILLIS * (operations & 63));
    }

    /** At release. */
    @Benchmark
    public long floor() {
        operations++;
        Ending ending = endings[operations & (ROWS - 1)];
        return rule.isSecondChoice(ending) ? -rule.floorMillis(ending) : rule.floorMillis(ending);
    }

    /** Every way to end with and without timestamps; the last two with more bytes than the sequence numbers bear. */
    private static Ending[] endings() {
        Ending[] endings = new Ending[ROWS];
        Ending.Close[] ways = Ending.Close.values();
        for (int i = 0; i < ROWS; i++) {
            boolean rare = i >= 2 * ways.length;
            Ending.Close way = ways[rare ? 0 : i / 2];
            endings[i] = new Ending(
                    way, i % 2 == 0, 50_000, 200_000, 10, rare ? 1L << 31 : 1_000, 1_000, i % 4 < 2, true, 0x5eed);
        }
        return endings;
    }
}

package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Random runs of the ledgers against a plain model. {@code -Dtidewait.seeds=100000} makes it longer, {@code -Dtidewait.seed=N} repeats
 * one.
 */
class LedgerPropertyTest {
    private static final int STEPS = 120;
    private static final int SEEDS = 2_000;
    /** On a busy machine fewer seeds must do, but not fewer than these. */
    private static final int LEAST_SEEDS = 400;

    private static final long LIMIT_NANOS = Duration.ofSeconds(12).toNanos();

    @Test
    void shouldNeverBreakTheRuleWhateverHappens() {
        Long one = Long.getLong("tidewait.seed");
        if (one != null) {
            RandomRun.run(one, STEPS);
            return;
        }
        Integer asked = Integer.getInteger("tidewait.seeds");
        int seeds = asked == null ? SEEDS : asked;
        long start = System.nanoTime();
        int done = 0;
        while (done < seeds && (asked != null || done < LEAST_SEEDS || System.nanoTime() - start < LIMIT_NANOS)) {
            RandomRun.run(++done, STEPS);
        }
        assertThat(done).isGreaterThanOrEqualTo(Math.min(seeds, LEAST_SEEDS));
    }
}

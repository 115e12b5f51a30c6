package dev.tidewait.hook.reap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long MILLI = 1_000_000;

    @Test
    void shouldLetNoMoreThroughInAnySecond() {
        RateLimit limit = new RateLimit(100);

        assertThat(limit.allowed(0)).isEqualTo(100);
        limit.add(60, 0);
        assertThat(limit.allowed(400 * MILLI)).isEqualTo(40);
        limit.add(40, 400 * MILLI);
        assertThat(limit.allowed(999 * MILLI)).isZero();
        assertThat(limit.waitMillis(999 * MILLI)).isEqualTo(1);

        assertThat(limit.allowed(1_000 * MILLI)).isEqualTo(60);
        assertThat(limit.waitMillis(1_000 * MILLI)).isZero();
        assertThat(limit.allowed(1_400 * MILLI)).isEqualTo(100);
        assertThat(limit.allowed(100_000 * MILLI)).as("no credit for a pause").isEqualTo(100);
    }

    @Test
    void shouldNotLimitWithoutARate() {
        RateLimit limit = new RateLimit(0);
        limit.add(1_000_000, 0);

        assertThat(limit.allowed(1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(limit.waitMillis(1)).isZero();
    }
}

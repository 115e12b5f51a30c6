package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
    private static final long START_NANOS = Long.MAX_VALUE - 1000; // nanoTime may wrap

    @Test
    void shouldCountWhatItLeavesOut() {
        try (LogLines lines = new LogLines()) {
            RateLimitedLog log = new RateLimitedLog(LoggerFactory.getLogger("limited"));
            for (int i = 0; i < 12; i++) {
                log.warn(START_NANOS + i, () -> "trouble");
            }
            assertThat(lines.containing("trouble")).hasSize(5);
            log.warn(START_NANOS + TimeUnit.SECONDS.toNanos(10), () -> "more trouble");
            assertThat(lines.containing("more trouble (7 more like this were not logged)"))
                    .hasSize(1);
            log.warn(START_NANOS + TimeUnit.SECONDS.toNanos(10) + 1, () -> "last");
            assertThat(lines.containing("last"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).endsWith("last"));
        }
    }
}

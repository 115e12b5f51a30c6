package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which signals end a process that is ending already. */
final class StopRequestTest {
    private static final long START = 1_000_000_007L;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final StopRequest stop = new StopRequest();

    @Test
    void shouldWantAStopFromTheFirstSignalOn() throws InterruptedException {
        assertThat(stop.await(0)).isFalse();
        assertThat(stop.isLastWord(false, START)).isFalse();
        assertThat(stop.await(0)).isTrue();
    }

    @Test
    void shouldCleanUpAlthoughASecondTermComes() {
        assertThat(stop.isLastWord(false, START)).isFalse();
        assertThat(stop.isLastWord(false, START + 1)).isFalse();
        assertThat(stop.isLastWord(false, START + PATIENCE)).isFalse();
        assertThat(stop.isLastWord(false, START + PATIENCE + 1)).as("it hangs").isTrue();
    }

    @Test
    void shouldEndAtOnceByASecondInterrupt() {
        assertThat(stop.isLastWord(false, START)).isFalse();
        assertThat(stop.isLastWord(true, START + 1)).as("the first of its kind").isFalse();
        assertThat(stop.isLastWord(false, START + 2)).isFalse();
        assertThat(stop.isLastWord(true, START + 3)).isTrue();
    }
}

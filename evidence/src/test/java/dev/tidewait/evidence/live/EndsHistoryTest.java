package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EndsHistoryTest {
    private final EndsHistory history;

    EndsHistoryTest() throws LiveException {
        history = new EndsHistory(10_000, 2);
    }

    /** A hundred a second. */
    private void watch(int seconds) {
        watch(history, seconds);
    }

    private static void watch(EndsHistory history, int seconds) {
        for (int second = 0; second <= seconds; second++) {
            history.add(TimeUnit.SECONDS.toNanos(second), 100L * second, 0, 100L * second);
        }
    }

    private static AgeCounts at(int millis, long count) {
        long[] counts = new long[AgeBuckets.count()];
        counts[AgeBuckets.indexOf(TimeUnit.MILLISECONDS.toNanos(millis))] = count;
        return AgeCounts.of(counts);
    }

    @Test
    void shouldWatchEachConnectionUntilNow() {
        watch(30);
        AgeCounts watched = history.watched(true, AgeCounts.NONE, AgeCounts.NONE, AgeCounts.NONE);
        assertThat(watched.total()).isEqualTo(3_000);
        assertThat(watched.laterThan(10_000)).as("ended more than 10 s ago").isEqualTo(1_900);
        assertThat(watched.laterThan(30_000)).isZero();
        assertThat(history.watched(false, AgeCounts.NONE, AgeCounts.NONE, AgeCounts.NONE)
                        .total())
                .isZero();
    }

    @Test
    void shouldWatchAFourTupleThatIsUsedAgainOnlyUntilThen() {
        watch(30);
        AgeCounts watched = history.watched(true, at(4_000, 2_600), AgeCounts.NONE, AgeCounts.NONE);
        assertThat(watched.total()).isEqualTo(3_000);
        assertThat(watched.laterThan(3_500)).isEqualTo(2_600);
        assertThat(watched.laterThan(4_000)).isZero();
    }

    @Test
    void shouldWatchNoLongerThanItRemembers() {
        watch(200);
        assertThat(history.memoryNanos()).hasValue(TimeUnit.SECONDS.toNanos(81));
        AgeCounts watched = history.watched(true, AgeCounts.NONE, AgeCounts.NONE, AgeCounts.NONE);
        assertThat(watched.laterThan(80_000)).isEqualTo(11_900);
        assertThat(watched.laterThan(90_000)).isZero();
    }

    @Test
    void shouldNotRelyOnPlacesThatCpusKeepToThemselves() throws LiveException {
        EndsHistory ofMany = new EndsHistory(10_000, 16);
        watch(ofMany, 200);
        assertThat(ofMany.memoryNanos())
                .as("10,000 - 16 * 256 = 5,904 at 100 a second")
                .hasValue(TimeUnit.SECONDS.toNanos(60));
        assertThatThrownBy(() -> new EndsHistory(1_024, 4))
                .isInstanceOf(LiveException.class)
                .hasMessageContaining("Remember at least 2,048 (--remember)");
    }

    @Test
    void shouldHaveWatchedEachConnectionAtLeastUntilItsLastLateSegment() {
        watch(1);
        AgeCounts watched = history.watched(true, AgeCounts.NONE, at(300, 7), AgeCounts.NONE);
        assertThat(watched.total()).isEqualTo(100);
        assertThat(watched.laterThan(250)).isEqualTo(7);
    }

    @Test
    void shouldHaveWatchedAlsoThoseOfWhichOnlyTheLastEventWasLost() {
        watch(1);
        AgeCounts watched = history.watched(true, AgeCounts.NONE, AgeCounts.NONE, at(300, 7));
        assertThat(watched.laterThan(250)).isEqualTo(7);
    }
}

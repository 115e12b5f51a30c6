package dev.tidewait.evidence.late;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LateHistogramTest {
    private static final long MILLI = 1_000_000;

    @Test
    void shouldHaveEveryThresholdAmongTheBounds() {
        int[] bounds = AgeBuckets.upperMillis();
        assertThat(bounds).isSorted().doesNotHaveDuplicates();
        for (int threshold : AgeBuckets.thresholdsMillis()) {
            assertThat(Arrays.binarySearch(bounds, threshold))
                    .as("%d ms", threshold)
                    .isNotNegative();
        }
    }

    @Test
    void shouldFindTheBucketWhoseBoundsHoldTheAge() {
        Random random = new Random(8);
        for (int i = 0; i < 10_000; i++) {
            long age = random.nextLong(300_000 * MILLI);
            int bucket = AgeBuckets.indexOf(age);
            assertThat(age).isLessThanOrEqualTo(AgeBuckets.upperNanos(bucket));
            if (bucket > 0) {
                assertThat(age).isGreaterThan(AgeBuckets.upperNanos(bucket - 1));
            }
        }
        assertThat(AgeBuckets.indexOf(-1)).isZero();
        assertThat(AgeBuckets.indexOf(Long.MAX_VALUE)).isEqualTo(AgeBuckets.count() - 1);
    }

    @Test
    void shouldCountAnAgeOfExactlyTheThresholdAsNotLater() {
        LateRecorder recorder = new LateRecorder();
        recorder.record(LateKind.FIN, 1_000 * MILLI);
        recorder.record(LateKind.FIN, 1_000 * MILLI + 1);
        recorder.record(LateKind.DATA, 500_000 * MILLI);
        LateHistogram histogram = recorder.snapshot();
        assertThat(histogram.of(LateKind.FIN).laterThan(1_000)).isEqualTo(1);
        assertThat(histogram.of(LateKind.FIN).total()).isEqualTo(2);
        assertThat(histogram.all().laterThan(120_000)).isEqualTo(1);
    }

    @Test
    void shouldAddUp() {
        LateRecorder one = new LateRecorder();
        LateRecorder two = new LateRecorder();
        LateRecorder both = new LateRecorder();
        Random random = new Random(9);
        for (int i = 0; i < 1_000; i++) {
            LateKind kind = random.nextBoolean() ? LateKind.FIN : LateKind.RST;
            long age = random.nextLong(200_000 * MILLI);
            (random.nextBoolean() ? one : two).record(kind, age);
            both.record(kind, age);
        }
        assertThat(one.snapshot().plus(two.snapshot())).isEqualTo(both.snapshot());
        assertThat(one.snapshot()).isNotEqualTo(both.snapshot());
    }

    @Test
    void shouldRefuseAThresholdThatWouldSplitABucketAndCountsOfOtherBuckets() {
        assertThatThrownBy(() -> AgeCounts.NONE.laterThan(1_001)).hasMessageContaining("1001 ms");
        assertThatThrownBy(() -> AgeCounts.of(1, 2, 3)).hasMessageContaining("other buckets");
    }

    @Test
    void shouldNameTheKindByTheFlagThatDecides() {
        assertThat(LateKind.of(0x11, 10)).isEqualTo(LateKind.FIN);
        assertThat(LateKind.of(0x10, 1)).isEqualTo(LateKind.DATA);
        assertThat(LateKind.of(0x10, 0)).isEqualTo(LateKind.ACK);
        assertThat(LateKind.of(0x14, 0)).isEqualTo(LateKind.RST);
        assertThat(LateKind.of(0x12, 0)).isEqualTo(LateKind.SYN);
    }
}

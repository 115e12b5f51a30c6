package dev.tidewait.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A gigabyte of generated capture; {@code lab study} does the same with ten of each kind, and fails where it is too slow: that depends on the machine. */
final class GeneratedStudyTest {
    private static final long GIGABYTE = 1_000_000_000;
    private static final long MEGABYTE = 1_000_000;

    @Test
    void shouldCountAGigabyteRight() throws IOException {
        GeneratedStudy study = GeneratedStudy.run(GIGABYTE, 3_000, 1_448, 1_000_000);
        assertThat(study.isTrue()).isTrue();
        assertThat(study.connections()).isGreaterThan(400_000);
        assertThat(study.seconds()).isPositive();
    }

    @Test
    void shouldNeverTakeNoTime() {
        assertThat(GeneratedStudy.own(3, 2)).isEqualTo(1);
        assertThat(GeneratedStudy.own(2, 2)).isEqualTo(2);
        assertThat(GeneratedStudy.own(2, 3)).isEqualTo(2);
    }

    @Test
    void shouldNotNeedMoreMemoryThanItsRowsWhateverItReads() throws IOException {
        int rows = 20_000;
        GeneratedStudy study = GeneratedStudy.run(GIGABYTE, 3_000, 0, rows);
        assertThat(study.report().tracked().unfinished().letGo())
                .as("connections that did not fit")
                .isGreaterThan(1_000_000);
        assertThat(study.report().tracked().graceful().total()).isEqualTo(study.connections());
        assertThat(study.allocatedBytes())
                .as("rows of 140 bytes, a buffer of 1 MB, 3 MB to put segments in order")
                .isLessThan(rows * 140L + 8 * MEGABYTE);
    }
}

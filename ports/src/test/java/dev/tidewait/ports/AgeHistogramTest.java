package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgeHistogramTest {
    private final AgeHistogram ages = new AgeHistogram();

    @Test
    void shouldSayNothingOfNothing() {
        AgeHistogram sum = new AgeHistogram();
        ages.addTo(sum);

        assertThat(ages.summary()).isEqualTo(AgeAtReuse.NONE);
        assertThat(sum.summary()).isEqualTo(AgeAtReuse.NONE);
    }

    @Test
    void shouldBeExactForOneAge() {
        ages.record(12_345);

        assertThat(ages.summary()).isEqualTo(new AgeAtReuse(1, 12_345, 12_345, 12_345));
    }

    @Test
    void shouldFindTheMedianToAnEighth() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            AgeHistogram some = new AgeHistogram();
            AgeHistogram rest = new AgeHistogram();
            long[] all = new long[1 + random.nextInt(300)];
            for (int i = 0; i < all.length; i++) {
                all[i] = random.nextLong(1L << (1 + random.nextInt(40)));
                (random.nextBoolean() ? some : rest).record(all[i]);
            }
            Arrays.sort(all);
            AgeHistogram sum = new AgeHistogram();
            some.addTo(sum);
            rest.addTo(sum);

            AgeAtReuse summary = sum.summary();
            long median = all[(all.length - 1) / 2];
            assertThat(summary.count()).isEqualTo(all.length);
            assertThat(summary.minMillis()).isEqualTo(all[0]);
            assertThat(summary.maxMillis()).isEqualTo(all[all.length - 1]);
            assertThat(summary.medianMillis()).isBetween(median, median + median / 8);
        }
    }
}

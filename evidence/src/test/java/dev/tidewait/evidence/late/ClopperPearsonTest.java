package dev.tidewait.evidence.late;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ClopperPearsonTest {
    /** Binomial sums by hand: P(X <= k) at the bound is 5 %. */
    @Test
    void shouldLeaveFivePerCentAtTheBound() {
        for (long tried : new long[] {1, 2, 10, 100, 5_000}) {
            for (long happened = 0; happened < Math.min(tried, 12); happened++) {
                double bound = ClopperPearson.upper(happened, tried);
                assertThat(atMost(happened, tried, bound))
                        .as("%d of %d", happened, tried)
                        .isEqualTo(0.05, within(1e-9));
            }
        }
    }

    @Test
    void shouldKnowTheTextbookValues() {
        // Rule of three, and R: binom.test(k, n, alternative = "less")$conf.int[2]
        assertThat(ClopperPearson.upper(0, 100)).isEqualTo(0.02951305, within(1e-7));
        assertThat(ClopperPearson.upper(1, 10)).isEqualTo(0.3941633, within(1e-7));
        assertThat(ClopperPearson.upper(0, 1_000_000)).isEqualTo(2.995728e-6, within(1e-11));
        assertThat(ClopperPearson.upper(7, 7)).isEqualTo(1);
        assertThat(ClopperPearson.upper(0, 0)).isEqualTo(1);
    }

    @Test
    void shouldStayExactFarOut() {
        // For large n and small p the binomial is Poisson's: the bound of 1 is 4.743865 / n, of 10 is 16.96222 / n.
        assertThat(ClopperPearson.upper(1, 1_000_000_000L) * 1e9).isEqualTo(4.743865, within(1e-5));
        assertThat(ClopperPearson.upper(10, 1_000_000_000L) * 1e9).isEqualTo(16.96222, within(1e-5));
    }

    @Test
    void shouldSayHowManyAreNeeded() {
        assertThat(ClopperPearson.triesFor(0, 1e-4)).isEqualTo(29_956);
        assertThat(ClopperPearson.triesFor(0, 1e-6)).isEqualTo(2_995_731);
        long tries = ClopperPearson.triesFor(3, 1e-4);
        assertThat(ClopperPearson.upper(3, tries)).isLessThanOrEqualTo(1e-4);
        assertThat(ClopperPearson.upper(3, tries - 1)).isGreaterThan(1e-4);
    }

    @Test
    void shouldRefuseWhatCannotHaveHappened() {
        assertThatThrownBy(() -> ClopperPearson.upper(2, 1)).hasMessageContaining("2 of 1");
        assertThatThrownBy(() -> ClopperPearson.triesFor(0, 1)).hasMessageContaining("1.0");
    }

    @Test
    void shouldFindTheShortestLengthThatIsEnoughForARisk() {
        long[] watched = new long[AgeBuckets.count()];
        long[] latest = new long[AgeBuckets.count()];
        watched[AgeBuckets.indexOf(300_000_000_000L)] = 100_000;
        latest[AgeBuckets.indexOf(1_500_000_000L)] = 50; // later than 1.4 s, not than 1.6 s
        Sufficiency known = Sufficiency.of(1e-4, AgeCounts.of(latest), AgeCounts.of(watched));
        assertThat(known).isEqualTo(new Sufficiency.Enough(1e-4, 1_600, 0, 100_000));
        Sufficiency unknown = Sufficiency.of(1e-6, AgeCounts.of(latest), AgeCounts.of(watched));
        assertThat(unknown).isEqualTo(new Sufficiency.TooFew(1e-6, 1_600, 0, 100_000, 2_895_731));
    }

    private static double atMost(long happened, long tried, double probability) {
        double sum = 0;
        double term = Math.exp(tried * Math.log1p(-probability));
        for (long i = 0; i <= happened; i++) {
            sum += term;
            term *= (double) (tried - i) / (i + 1) * probability / (1 - probability);
        }
        return sum;
    }
}

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

    /** 30,000 were watched to the end, a million for 5 s; one had a segment after 25 s. By itself 5 s passes, but 24 s does not. */
    @Test
    void shouldStopAtTheFirstLengthThatFailsFromTheLongestDown() {
        long[] watched = new long[AgeBuckets.count()];
        long[] latest = new long[AgeBuckets.count()];
        watched[AgeBuckets.indexOf(300_000_000_000L)] = 30_000;
        watched[AgeBuckets.indexOf(5_500_000_000L)] = 1_000_000;
        latest[AgeBuckets.indexOf(25_000_000_000L)] = 1;
        assertThat(ClopperPearson.upper(1, 1_030_000)).isLessThan(1e-4);
        assertThat(Sufficiency.of(1e-4, AgeCounts.of(latest), AgeCounts.of(watched)))
                .isEqualTo(new Sufficiency.Enough(1e-4, 26_000, 0, 30_000));
    }

    /** Too few were watched for long to test long lengths: the sequence begins where enough were. */
    @Test
    void shouldBeginWithTheLongestLengthThatCanPass() {
        long[] watched = new long[AgeBuckets.count()];
        long[] latest = new long[AgeBuckets.count()];
        watched[AgeBuckets.indexOf(300_000_000_000L)] = 20_000;
        watched[AgeBuckets.indexOf(5_500_000_000L)] = 10_000;
        latest[AgeBuckets.indexOf(2_100_000_000L)] = 1;
        assertThat(Sufficiency.of(1e-4, AgeCounts.of(latest), AgeCounts.of(watched)))
                .isEqualTo(new Sufficiency.Enough(1e-4, 2_500, 0, 30_000));
        latest[AgeBuckets.indexOf(25_000_000_000L)] = 1;
        assertThat(Sufficiency.of(1e-4, AgeCounts.of(latest), AgeCounts.of(watched)))
                .as("1 of 30,000 after 5 s shows nothing, and none of 20,000 after 26 s is too few")
                .isEqualTo(new Sufficiency.TooFew(1e-4, 26_000, 0, 20_000, 9_956));
    }

    @Test
    void shouldTellNotEnoughFromNotKnown() {
        assertThat(afterAllBounds(50, 100_000)).isEqualTo(new Sufficiency.NotEnough(1e-4, 240_000, 50, 100_000));
        assertThat(afterAllBounds(3, 10)).isEqualTo(new Sufficiency.NotEnough(1e-4, 240_000, 3, 10));
        long more = ClopperPearson.triesFor(8, 1e-4) - 100_000;
        assertThat(more).isPositive();
        assertThat(afterAllBounds(8, 100_000)).isEqualTo(new Sufficiency.TooFew(1e-4, 240_000, 8, 100_000, more));
        assertThat(afterAllBounds(8, 100_000 + more)).isEqualTo(new Sufficiency.Enough(1e-4, 1, 8, 100_000 + more));
        assertThat(afterAllBounds(0, 0)).isEqualTo(new Sufficiency.TooFew(1e-4, 1, 0, 0, 29_956));
    }

    /** So many connections, watched for 300 s, of which so many had a segment after 250 s. */
    private static Sufficiency afterAllBounds(long later, long connections) {
        long[] watched = new long[AgeBuckets.count()];
        long[] latest = new long[AgeBuckets.count()];
        watched[AgeBuckets.indexOf(300_000_000_000L)] = connections;
        latest[AgeBuckets.indexOf(250_000_000_000L)] = later;
        return Sufficiency.of(1e-4, AgeCounts.of(latest), AgeCounts.of(watched));
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

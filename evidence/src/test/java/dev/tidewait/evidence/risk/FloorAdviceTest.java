package dev.tidewait.evidence.risk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Advice against cases that were worked out by hand, and what must hold for every sample. */
class FloorAdviceTest {
    private static final long STANDARD = 15_000;
    private static final int LONG_WATCH = 300_000;

    /** 0.05 to the power of 1 / n is 1 − 10⁻⁴ for n = 29,956. */
    @Test
    void shouldNeedAsManyConnectionsAsTheBoundDoes() {
        assertThat(FloorAdvice.FEWEST).isEqualTo(29_956);
        assertThat(FloorAdvice.of(sample(at(LONG_WATCH, 29_956)))).isInstanceOf(FloorAdvice.Enough.class);
        FloorAdvice advice = FloorAdvice.of(sample(at(LONG_WATCH, 29_955)));
        assertThat(advice).isInstanceOfSatisfying(FloorAdvice.TooFew.class, few -> {
            assertThat(few.more()).isEqualTo(1);
            assertThat(few.nearest()).isEqualTo(new Tested(1_000, 0, 29_955));
        });
        assertThat(advice.floorMillis(STANDARD)).isEqualTo(STANDARD);
    }

    @Test
    void shouldNotGoBelowTheHardMinimum() {
        FloorAdvice advice = FloorAdvice.of(sample(at(LONG_WATCH, 1_000_000)));
        assertThat(((FloorAdvice.Enough) advice).shown().ageMillis()).isEqualTo(1);
        assertThat(advice.floorMillis(STANDARD)).isEqualTo(1_000);
        assertThat(FloorAdvice.of(sample(AgeCounts.NONE)).floorMillis(2))
                .as("what applies without advice")
                .isEqualTo(1_000);
    }

    /** Of 100,000 connections 4 late ones give 9.154 / 100,000, 5 give 10.513 / 100,000 (half of the 95 % points of chi square). */
    @Test
    void shouldAdviseTheFirstAgeAfterWhichFewEnoughCome() {
        AgeCounts watched = at(LONG_WATCH, 100_000);
        assertThat(FloorAdvice.of(sample(watched, at(1_300, 4))).floorMillis(STANDARD))
                .isEqualTo(1_000);
        assertThat(FloorAdvice.of(sample(watched, at(1_300, 5))))
                .isInstanceOfSatisfying(FloorAdvice.Enough.class, it -> {
                    assertThat(it.shown()).isEqualTo(new Tested(1_400, 0, 100_000));
                    assertThat(it.floorMillis()).isEqualTo(1_400);
                });
        AgeCounts spread = at(1_300, 1).plus(at(9_500, 3)).plus(at(23_000, 2));
        assertThat(FloorAdvice.of(sample(watched, spread)).floorMillis(STANDARD))
                .isEqualTo(10_000);
    }

    @Test
    void shouldBeLiftedByTheRoundTripOfTheClass() {
        assertThat(FloorAdvice.leastMillis(OptionalInt.empty())).isEqualTo(1_000);
        assertThat(FloorAdvice.leastMillis(OptionalInt.of(50)))
                .as("3.5 (50 + 200) is below the hard minimum")
                .isEqualTo(1_000);
        assertThat(FloorAdvice.leastMillis(OptionalInt.of(200)))
                .as("3.5 (200 + 400)")
                .isEqualTo(2_100);
        assertThat(FloorAdvice.leastMillis(OptionalInt.of(301)))
                .as("3.5 (301 + 602) = 3160.5, rounded up")
                .isEqualTo(3_161);
        ClassSample far = new ClassSample(
                "far", OptionalInt.of(301), AgeCounts.NONE, at(LONG_WATCH, 100_000), true, AgeCounts.NONE);
        assertThat(FloorAdvice.of(far).floorMillis(STANDARD))
                .as("to the next tenth of a second")
                .isEqualTo(3_200);
    }

    /** 40,000 tuples that were used again after 1.1 s tell nothing of what comes after 1.2 s: a short floor must not be its own evidence. */
    @Test
    void shouldNotTakeShortWatchesForEvidence() {
        FloorAdvice brief = FloorAdvice.of(sample(at(1_100, 40_000)));
        assertThat(brief)
                .isInstanceOfSatisfying(
                        FloorAdvice.TooFew.class, few -> assertThat(few.more()).isEqualTo(29_956));
        assertThat(brief.floorMillis(STANDARD)).isEqualTo(STANDARD);
        assertThat(FloorAdvice.of(sample(at(60_000, 1_000_000)))).isInstanceOf(FloorAdvice.TooFew.class);
        assertThat(FloorAdvice.of(sample(at(60_000, 1_000_000).plus(at(70_000, 30_000)), at(1_500, 1))))
                .as("one of 30,000, however many were watched briefly")
                .isInstanceOfSatisfying(
                        FloorAdvice.Enough.class,
                        it -> assertThat(it.floorMillis()).isEqualTo(1_600));
    }

    @Test
    void shouldLiftOnlyWhereMoreWereLateThanTheRiskAllows() {
        FloorAdvice one = FloorAdvice.of(sample(at(LONG_WATCH, 30_000), at(100_000, 1)));
        assertThat(one)
                .as("one of 30,000 is less than one in 10,000, only the upper bound is not")
                .isInstanceOfSatisfying(
                        FloorAdvice.TooFew.class,
                        few -> assertThat(few.isUndecided()).isTrue());
        assertThat(one.floorMillis(STANDARD)).isEqualTo(STANDARD);
        assertThat(FloorAdvice.of(sample(at(LONG_WATCH, 30_000), at(100_000, 3))))
                .isInstanceOf(FloorAdvice.TooFew.class);

        FloorAdvice four = FloorAdvice.of(sample(at(LONG_WATCH, 30_000), at(100_000, 4)));
        assertThat(four)
                .isInstanceOfSatisfying(
                        FloorAdvice.NotShown.class,
                        not -> assertThat(not.longest()).isEqualTo(new Tested(60_000, 4, 30_000)));
        assertThat(four.floorMillis(STANDARD)).isEqualTo(60_000);
    }

    @Test
    void shouldListenToBadEvidenceOfASmallClass() {
        FloorAdvice bad = FloorAdvice.of(sample(at(LONG_WATCH, 20_000), at(8_500, 500)));
        assertThat(bad)
                .isInstanceOfSatisfying(
                        FloorAdvice.NotShown.class,
                        not -> assertThat(not.longest()).isEqualTo(new Tested(8_000, 500, 20_000)));
        assertThat(bad.floorMillis(5_000)).isEqualTo(8_000);
        assertThat(FloorAdvice.of(sample(at(LONG_WATCH, 100), at(8_500, 1))))
                .as("a single one may be an accident")
                .isInstanceOf(FloorAdvice.TooFew.class);
        assertThat(FloorAdvice.of(sample(at(LONG_WATCH, 100), at(900, 50))))
                .as("no floor is so short")
                .isInstanceOf(FloorAdvice.TooFew.class);
    }

    @Test
    void shouldAdviseNothingWhereTheNextConnectionWasMet() {
        AgeCounts watched = at(LONG_WATCH, 100_000);
        assertThat(FloorAdvice.of(met(watched, at(900, 7)))).isInstanceOf(FloorAdvice.Enough.class);
        FloorAdvice met = FloorAdvice.of(met(watched, at(1_100, 1)));
        assertThat(met).isInstanceOf(FloorAdvice.Incomplete.class);
        assertThat(met.floorMillis(STANDARD)).isEqualTo(STANDARD);
    }

    private static ClassSample met(AgeCounts watched, AgeCounts rejected) {
        return new ClassSample("c", OptionalInt.empty(), AgeCounts.NONE, watched, true, rejected);
    }

    @Test
    void shouldSayHowManyMoreAreNeeded() {
        FloorAdvice advice = FloorAdvice.of(sample(at(LONG_WATCH, 1_000), at(1_500, 1)));
        assertThat(advice).isInstanceOfSatisfying(FloorAdvice.TooFew.class, few -> {
            assertThat(few.nearest()).isEqualTo(new Tested(1_600, 0, 1_000));
            assertThat(few.more()).isEqualTo(28_956);
        });
        FloorAdvice late = FloorAdvice.of(sample(at(LONG_WATCH, 1_000), at(LONG_WATCH, 1)));
        assertThat(late).isInstanceOfSatisfying(FloorAdvice.TooFew.class, few -> {
            assertThat(few.nearest()).isEqualTo(new Tested(60_000, 1, 1_000));
            assertThat(few.more()).as("one of 47,437 is 10⁻⁴ at most").isBetween(46_430L, 46_440L);
        });
    }

    @Test
    void shouldSayNothingWhereLateSegmentsAreMissing() {
        ClassSample part = new ClassSample(
                "part", OptionalInt.empty(), AgeCounts.NONE, at(LONG_WATCH, 1_000_000), false, AgeCounts.NONE);
        assertThat(FloorAdvice.of(part)).isInstanceOf(FloorAdvice.Incomplete.class);
        assertThat(FloorAdvice.of(part).floorMillis(STANDARD)).isEqualTo(STANDARD);
    }

    /** Of 1,000 connections 100 were watched for less than a second; it may be that all of these are among the 250 of the class. */
    @Test
    void shouldTakeABriefWatchForOneOfTheClass() {
        AgeCounts all = at(900, 100).plus(at(25_000, 700)).plus(at(LONG_WATCH, 200));
        AgeCounts part = ClassSample.watchedAtLeast(AgeCounts.NONE, 250, all);
        assertThat(part.total()).isEqualTo(250);
        assertThat(part.laterThan(800)).isEqualTo(250);
        assertThat(part.laterThan(1_000)).isEqualTo(150);
        assertThat(part.laterThan(24_000)).isEqualTo(150);
        assertThat(part.laterThan(30_000)).isZero();
        assertThat(ClassSample.watchedAtLeast(at(40_000, 3), 250, all).laterThan(35_000))
                .as("who had a late segment was watched")
                .isEqualTo(3);
        assertThat(ClassSample.watchedAtLeast(AgeCounts.NONE, 2_000, all).total())
                .as("no more than there are")
                .isEqualTo(1_000);
    }

    @Test
    void shouldNeverBeLoweredByMoreLateSegmentsNorGoBelowTheHardMinimum() {
        Random random = new Random(20_121_208);
        int rises = 0;
        for (int i = 0; i < 3_000; i++) {
            long[] watched = new long[AgeBuckets.count()];
            long[] latest = new long[AgeBuckets.count()];
            for (int j = 0; j < 6; j++) {
                watched[random.nextInt(watched.length)] += random.nextInt(60_000);
            }
            watched[watched.length - 1] += random.nextInt(4) * 60_000L;
            OptionalInt roundTrip = random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(400));
            long standard = 2L + random.nextInt(60_000);
            long before = 0;
            for (int j = 0; j < 6; j++) {
                FloorAdvice advice = FloorAdvice.of(new ClassSample(
                        "c", roundTrip, AgeCounts.of(latest), AgeCounts.of(watched), true, AgeCounts.NONE));
                long floor = advice.floorMillis(standard);
                assertThat(floor).as("%s", advice).isGreaterThanOrEqualTo(Math.max(Math.min(before, standard), 1_000));
                if (advice instanceof FloorAdvice.Enough || advice instanceof FloorAdvice.NotShown) {
                    assertThat(floor).isGreaterThanOrEqualTo(FloorAdvice.leastMillis(roundTrip));
                }
                rises += before > 0 && floor > before ? 1 : 0;
                before = floor;
                int bucket = random.nextInt(latest.length);
                latest[bucket] += 1 + random.nextInt(3);
            }
        }
        assertThat(rises).as("not for want of late segments").isGreaterThan(500);
    }

    private static ClassSample sample(AgeCounts watched) {
        return sample(watched, AgeCounts.NONE);
    }

    private static ClassSample sample(AgeCounts watched, AgeCounts latest) {
        return new ClassSample("c", OptionalInt.empty(), latest, watched, true, AgeCounts.NONE);
    }

    private static AgeCounts at(int millis, long count) {
        long[] counts = new long[AgeBuckets.count()];
        counts[AgeBuckets.indexOf(TimeUnit.MILLISECONDS.toNanos(millis))] = count;
        return AgeCounts.of(counts);
    }
}

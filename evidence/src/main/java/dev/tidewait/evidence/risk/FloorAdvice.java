package dev.tidewait.evidence.risk;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.ClopperPearson;
import dev.tidewait.ports.Floors;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which floor the late segments of a destination class speak for, where nothing but time protects the next connection: both FINs, no timestamps. Immutable,
 * any thread.
 *
 * <p>A sample shows that an age is enough if the 95 % upper bound of the share of connections with a later FIN or data is at most {@link #RISK}. The share is
 * that of the connections that were watched for all of {@link #LONGEST_MILLIS}: who was watched for a second longer than an age says nothing of what comes
 * after that second, and a short floor, which ends watches early, must not be its own evidence. Ages are tested from {@link #LONGEST_MILLIS} down to the
 * first that fails (a fixed sequence, see {@link dev.tidewait.evidence.late.Sufficiency}), so in at most one of twenty samples the advice is too short. More
 * late connections among as many never lower a floor further: fewer ages pass, and where none does the default stays, or is lifted.
 */
public sealed interface FloorAdvice {
    /** The share of connections that may have a FIN or data later than the floor. */
    double RISK = 1e-4;

    /** No advice is below it. */
    int HARD_MINIMUM_MILLIS = (int) Floors.LEAST_MEASURED_MILLIS;

    /** Ages above it are not tested: Linux' own TIME_WAIT, the rule's ceiling. */
    int LONGEST_MILLIS = 60_000;

    /** The least RTO of Linux, and the least that its deviation adds to the round trip (tcp_rtt_estimator, TCP_RTO_MIN). */
    int LEAST_DEVIATION_MILLIS = 200;

    /** With fewer connections no age can pass: 29,956. */
    long FEWEST = ClopperPearson.triesFor(0, RISK);

    /** Advice is rounded up to it. */
    int STEP_MILLIS = 100;

    /** What it rests on. */
    ClassSample sample();

    /**
     * The floor.
     *
     * @param standardMillis the one that applies without advice
     * @return milliseconds, never below {@link #HARD_MINIMUM_MILLIS}
     */
    long floorMillis(long standardMillis);

    /**
     * This age is enough.
     *
     * @param shown the shortest such age
     */
    record Enough(ClassSample sample, Tested shown) implements FloorAdvice {
        @Override
        public long floorMillis(long standardMillis) {
            return floorMillis();
        }

        /** Whatever applied before. */
        public long floorMillis() {
            return roundedUp(Math.max(shown.ageMillis(), leastMillis(sample.longestRoundTripMillis())));
        }
    }

    /**
     * More connections than {@link #RISK} allows had a FIN or data later than this age: no less than that.
     *
     * @param longest the longest such age
     */
    record NotShown(ClassSample sample, Tested longest) implements FloorAdvice {
        @Override
        public long floorMillis(long standardMillis) {
            long least = Math.max(longest.ageMillis(), leastMillis(sample.longestRoundTripMillis()));
            return Math.max(standardMillis, roundedUp(least));
        }
    }

    /**
     * The sample is too small for any age: the floor stays.
     *
     * @param nearest the shortest age that may be advised after which nothing came; the longest if there is none
     * @param more further connections, watched for {@link #LONGEST_MILLIS} and without a later FIN or data, that would show that it is enough
     */
    record TooFew(ClassSample sample, Tested nearest, long more) implements FloorAdvice {
        /** Whether without late segments it would have been large enough: it speaks against any age, though not clearly. */
        public boolean isUndecided() {
            return nearest.watched() >= FEWEST;
        }

        @Override
        public long floorMillis(long standardMillis) {
            return Math.max(standardMillis, HARD_MINIMUM_MILLIS);
        }
    }

    /** Late segments are missing from the sample, or met the next connection later than what would be advised: the floor stays. */
    record Incomplete(ClassSample sample) implements FloorAdvice {
        @Override
        public long floorMillis(long standardMillis) {
            return Math.max(standardMillis, HARD_MINIMUM_MILLIS);
        }
    }

    /** What a sample speaks for. */
    static FloorAdvice of(ClassSample sample) {
        if (!sample.complete()) {
            return new Incomplete(sample);
        }
        Optional<Tested> shown = shortestShown(sample);
        if (shown.isPresent()) {
            Enough enough = new Enough(sample, shown.get());
            return sample.isRejectedFrom(enough.floorMillis()) ? new Incomplete(sample) : enough;
        }
        Optional<Tested> tooMany = longestWithTooMany(sample);
        return tooMany.isPresent() ? new NotShown(sample, tooMany.get()) : tooFew(sample);
    }

    private static Optional<Tested> shortestShown(ClassSample sample) {
        int[] bounds = AgeBuckets.upperMillis();
        Optional<Tested> shown = Optional.empty();
        if (sample.watched().laterThan(LONGEST_MILLIS) < FEWEST) {
            return shown;
        }
        for (int i = bounds.length - 1; i >= 0; i--) {
            if (bounds[i] <= LONGEST_MILLIS) {
                Tested tested = sample.laterThan(bounds[i], LONGEST_MILLIS);
                if (tested.upper() > RISK) {
                    break;
                }
                shown = Optional.of(tested);
            }
        }
        return shown;
    }

    /** One late connection may be an accident, two in so few are not. Also a small class can tell this. */
    private static Optional<Tested> longestWithTooMany(ClassSample sample) {
        Optional<Tested> longest = Optional.empty();
        for (int millis : AgeBuckets.upperMillis()) {
            Tested tested = sample.laterThan(millis, millis);
            boolean tooMany = tested.later() >= 2 && tested.later() > RISK * tested.watched();
            if (tooMany && millis >= HARD_MINIMUM_MILLIS && millis <= LONGEST_MILLIS) {
                longest = Optional.of(tested);
            }
        }
        return longest;
    }

    private static FloorAdvice tooFew(ClassSample sample) {
        Tested nearest = sample.laterThan(LONGEST_MILLIS, LONGEST_MILLIS);
        for (int millis : AgeBuckets.upperMillis()) {
            Tested tested = sample.laterThan(millis, LONGEST_MILLIS);
            if (millis >= HARD_MINIMUM_MILLIS && millis <= LONGEST_MILLIS && tested.later() == 0) {
                nearest = tested;
                break;
            }
        }
        return new TooFew(sample, nearest, ClopperPearson.triesFor(nearest.later(), RISK) - nearest.watched());
    }

    /**
     * Below it no advice goes, whatever was seen: the hard minimum, and 3.5 RTO, within which a lost FIN is sent again and answered.
     *
     * @param roundTripMillis the longest of the class
     */
    static long leastMillis(OptionalInt roundTripMillis) {
        if (roundTripMillis.isEmpty()) {
            return HARD_MINIMUM_MILLIS; // each connection's own RTO lifts its floor besides
        }
        long roundTrip = roundTripMillis.getAsInt();
        long rto = roundTrip
                + Math.max(LEAST_DEVIATION_MILLIS, 2 * roundTrip); // at the first sample, RFC 6298 section 2.2
        return Math.max(HARD_MINIMUM_MILLIS, (7 * rto + 1) / 2);
    }

    private static long roundedUp(long millis) {
        return (millis + STEP_MILLIS - 1) / STEP_MILLIS * STEP_MILLIS;
    }
}

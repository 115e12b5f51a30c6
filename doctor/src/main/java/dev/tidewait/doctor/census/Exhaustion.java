package dev.tidewait.doctor.census;

/**
 * When something scarce runs out: the first moment at which live and not yet reusable ports reach the usable ones, at the present rate and its
 * slope over the last ten seconds, and the present hold time. Immutable.
 */
public sealed interface Exhaustion {
    /** Nothing is left now. */
    record Reached() implements Exhaustion {}

    /**
     * It runs out if things go on like this.
     *
     * @param seconds from the look on, above 0
     */
    record Foreseen(double seconds) implements Exhaustion {}

    /**
     * It does not run out within the horizon if things go on like this.
     *
     * @param peakInUse the most that will be in use
     */
    record NotForeseen(int peakInUse) implements Exhaustion {}
}

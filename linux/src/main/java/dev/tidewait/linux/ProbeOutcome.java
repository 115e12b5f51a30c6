package dev.tidewait.linux;

/** What trying a feature for real has shown. Immutable, any thread. */
public sealed interface ProbeOutcome {
    /**
     * It was done and had its effect.
     *
     * @param evidence what was seen, one sentence
     */
    record Works(String evidence) implements ProbeOutcome {}

    /**
     * It was tried and the kernel refused.
     *
     * @param reason why, one sentence
     * @param advice what to do, one sentence
     */
    record Refuses(String reason, String advice) implements ProbeOutcome {}

    /**
     * It could not be tried, so nothing is known.
     *
     * @param reason what stood in the way, one sentence
     * @param advice what to do, one sentence
     */
    record Untried(String reason, String advice) implements ProbeOutcome {}
}

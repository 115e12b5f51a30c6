package dev.tidewait.evidence.risk;

/**
 * What the next incarnation of a four-tuple risks. Immutable.
 *
 * <p>An old duplicate harms only if it exists, is later than the age, and is taken for real: {@code duplicates × beyond(age) × accepted}. After a
 * graceful close every byte has been acknowledged, so what still travels is a spurious copy. The copy of a last segment is taken, which makes this an
 * upper bound; {@link Meeting} counts what really meets.
 *
 * @param tail how late copies are
 * @param duplicatesPerConnection spurious copies of each connection's segments
 * @param receiver what is taken for real
 * @param lastAck what becomes of the peer
 */
public record RiskModel(DelayTail tail, double duplicatesPerConnection, Receiver receiver, LastAck lastAck) {
    public RiskModel {
        if (!(duplicatesPerConnection >= 0)) {
            throw new IllegalArgumentException(
                    "duplicates of a connection: " + duplicatesPerConnection + ", must be 0 or more");
        }
    }

    /** @param ageSeconds at which four-tuples are used again */
    public Risk at(double ageSeconds) {
        double late = Math.min(1, duplicatesPerConnection * tail.beyond(ageSeconds));
        return new Risk(
                late, late * receiver.accepted(), lastAck.probability(ageSeconds), ageSeconds > tail.knownToSeconds());
    }

    /**
     * The lowest age at which an old duplicate is accepted with no more than this probability in each reuse.
     *
     * @param accepted above 0
     * @return seconds; infinite where the tail is not known so far
     */
    public double lowestAgeSeconds(double accepted) {
        double worst = duplicatesPerConnection * receiver.accepted();
        return worst <= accepted ? 0 : tail.secondsExceededBy(accepted / worst);
    }
}

package dev.tidewait.evidence.risk;

/**
 * What one reuse risks, as probabilities. Immutable.
 *
 * @param late a segment of the former incarnation arrives after the age
 * @param accepted and is taken for real
 * @param peerInLastAck the peer still waits for the last ACK: a delay
 * @param beyondKnown the age is longer than the tail is known for, so these are upper bounds
 */
public record Risk(double late, double accepted, double peerInLastAck, boolean beyondKnown) {
    private static final double SECONDS_PER_DAY = 86_400;

    /** Expected in a day. */
    public double acceptedPerDay(double connectionsPerSecond) {
        return accepted * connectionsPerSecond * SECONDS_PER_DAY;
    }

    /** Expected in a day. */
    public double latePerDay(double connectionsPerSecond) {
        return late * connectionsPerSecond * SECONDS_PER_DAY;
    }

    /** Expected in a day. */
    public double lastAckPerDay(double connectionsPerSecond) {
        return peerInLastAck * connectionsPerSecond * SECONDS_PER_DAY;
    }
}

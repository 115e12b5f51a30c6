package dev.tidewait.evidence.risk;

/**
 * Whether the peer still waits for our last ACK when the four-tuple is used again. It repeats its FIN after RTO, 3 RTO, 7 RTO…, and each repetition ends
 * the state unless the FIN or our answer is lost again. Losses are taken to be independent: an outage is worse. Costs time, never bytes. Immutable.
 *
 * @param loss share of packets that are lost, one way
 * @param rtoSeconds the peer's retransmission time-out
 */
public record LastAck(double loss, double rtoSeconds) {
    public LastAck {
        if (!(loss >= 0 && loss <= 1) || !(rtoSeconds > 0)) {
            throw new IllegalArgumentException(
                    "loss is 0 to 1 and the time-out above 0, not " + loss + " and " + rtoSeconds);
        }
    }

    /** @param ageSeconds since the last ACK was sent */
    public double probability(double ageSeconds) {
        double lostAgain = 2 * loss - loss * loss; // the FIN or its answer
        double probability = loss;
        for (double at = rtoSeconds, step = rtoSeconds; at <= ageSeconds && probability > 0; ) {
            probability *= lostAgain;
            step *= 2;
            at += step;
        }
        return probability;
    }
}

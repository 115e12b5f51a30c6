package dev.tidewait.doctor.census;

/**
 * Sockets by TCP state, listeners left out. Immutable.
 *
 * @param synSent our SYN is not answered yet
 * @param synReceived a peer's SYN is answered, its last ACK not seen
 * @param established open in both directions
 * @param finWait1 we closed first, our FIN is not acknowledged
 * @param finWait2 we closed first, the peer still has to close; counts against tcp_max_tw_buckets once no process holds it
 * @param timeWait both closed, we first
 * @param closeWait the peer closed first, the program here has not
 * @param lastAck the peer closed first, our FIN is not acknowledged
 * @param closing both closed at once
 */
public record StateCounts(
        int synSent,
        int synReceived,
        int established,
        int finWait1,
        int finWait2,
        int timeWait,
        int closeWait,
        int lastAck,
        int closing) {
    public static final StateCounts NONE = new StateCounts(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Sockets that have not reached TIME_WAIT. */
    public int live() {
        return synSent + synReceived + established + finWait1 + finWait2 + closeWait + lastAck + closing;
    }

    /** All sockets; each holds its four-tuple. */
    public int total() {
        return live() + timeWait;
    }

    public StateCounts plus(StateCounts other) {
        return new StateCounts(
                synSent + other.synSent,
                synReceived + other.synReceived,
                established + other.established,
                finWait1 + other.finWait1,
                finWait2 + other.finWait2,
                timeWait + other.timeWait,
                closeWait + other.closeWait,
                lastAck + other.lastAck,
                closing + other.closing);
    }
}

package dev.tidewait.ports;

/**
 * How one connection ended: everything the rule needs to know about it. Immutable.
 *
 * @param close which of the ways to end it was
 * @param timestamps whether both ends used TCP timestamps (RFC 7323) on this connection
 * @param srttMicros smoothed round-trip time at the end; 0 = not known
 * @param rtoMicros retransmission time-out at the end; 0 = not known
 * @param durationMillis from the SYN to the release
 * @param bytesSent payload sent, retransmissions not counted; −1 = not known
 * @param bytesReceived payload received; −1 = not known
 * @param allAcknowledged whether everything we had sent was acknowledged
 * @param clockedSequence whether our initial sequence number came from the kernel's clock (true unless connect() stole a TIME_WAIT)
 * @param cookie the socket's SO_COOKIE, read right after connect; 0 = not read
 */
public record Ending(
        Close close,
        boolean timestamps,
        long srttMicros,
        long rtoMicros,
        long durationMillis,
        long bytesSent,
        long bytesReceived,
        boolean allAcknowledged,
        boolean clockedSequence,
        long cookie) {

    /** The ways a connection can end, as this end saw them. */
    public enum Close {
        /** FIN both ways, ours first (or both at once): TIME_WAIT is ours. */
        WE_FIRST,
        /** FIN both ways, the peer's first: TIME_WAIT is the peer's, our kernel holds nothing. */
        PEER_FIRST,
        /** The peer sent RST on an open connection. */
        RESET_BY_PEER,
        /** The peer answered our SYN with RST. */
        REFUSED,
        /** We sent RST. */
        RESET_BY_US,
        /** No answer to our SYN; the socket was closed while connecting. */
        SYN_TIMED_OUT,
        /** We closed, and the peer's FIN had not come when the socket was given to the kernel. */
        UNFINISHED
    }

    /** An ending of which only the way is known. */
    public static Ending of(Close close) {
        return new Ending(close, false, 0, 0, 0, -1, -1, false, false, 0);
    }
}

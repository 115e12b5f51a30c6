package dev.tidewait.lab.late;

import dev.tidewait.lab.LinkPlan.Swallowed;
import dev.tidewait.lab.PatternPlan.Ending;
import java.util.Locale;

/**
 * How a connection ends, and so in which state the peer is when the four-tuple is used again. Where a connection that ends so has no FIN, or no
 * RST, some end otherwise, so that copies of every kind of segment come.
 */
public enum Closing {
    /** The client's FIN comes first; the peer has nothing. */
    CLIENT(Ending.CLIENT_CLOSES, Ending.SERVER_RESETS, Swallowed.NOTHING),
    /** The server's FIN comes first; the peer is in TIME_WAIT. */
    SERVER(Ending.SERVER_CLOSES, Ending.SERVER_RESETS, Swallowed.NOTHING),
    /** The same where the peer's TIME_WAIT ignores RST: {@code tcp_rfc1337=1}. */
    SERVER_RFC1337(Ending.SERVER_CLOSES, Ending.SERVER_RESETS, Swallowed.NOTHING),
    /** The same where the peer's TIME_WAIT looks at sequence numbers only and drops a SYN in silence, as FreeBSD's does. */
    SERVER_SILENT(Ending.SERVER_CLOSES, Ending.SERVER_RESETS, Swallowed.OLD_SYN),
    /** The client's RST. */
    CLIENT_RESET(Ending.CLIENT_RESETS, Ending.CLIENT_CLOSES, Swallowed.NOTHING),
    /** The server's RST. */
    SERVER_RESET(Ending.SERVER_RESETS, Ending.CLIENT_CLOSES, Swallowed.NOTHING),
    /** The client's FIN comes first and its last ACK is lost, every time; the peer is in LAST_ACK. */
    LAST_ACK(Ending.CLIENT_CLOSES, Ending.SERVER_RESETS, Swallowed.LAST_ACK),
    /** The client closes its socket without waiting for the server, who goes on for a while; the peer is in CLOSE_WAIT. */
    CLOSE_WAIT(Ending.CLIENT_LEAVES, Ending.SERVER_RESETS, Swallowed.NOTHING),
    /** The server's FIN comes first and is answered by a RST that is lost; the peer is in FIN_WAIT_2. */
    FIN_WAIT_2(Ending.SERVER_CLOSES_CLIENT_RESETS, Ending.SERVER_CLOSES_CLIENT_RESETS, Swallowed.RESET);

    final Ending ending;
    /** Of some; the same as the others' where that has every kind of segment. */
    final Ending other;

    final Swallowed swallowed;

    Closing(Ending ending, Ending other, Swallowed swallowed) {
        this.ending = ending;
        this.other = other;
        this.swallowed = swallowed;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

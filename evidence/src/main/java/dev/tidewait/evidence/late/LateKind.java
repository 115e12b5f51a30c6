package dev.tidewait.evidence.late;

/**
 * What a late segment is: one that reaches a four-tuple after both ends closed.
 *
 * <p>Both ends have closed when each end's FIN was sent and acknowledged, or at the first RST that ends the connection. So these are <em>not</em> late: the second FIN,
 * the ACK of the last FIN (it is what closes), anything that only crossed the other end's FIN before that. These are: a FIN that is sent again after
 * its acknowledgement (the ACK was lost or slow) and each further ACK that answers it, a copy of data, whatever follows a RST, the RST included that answers
 * such a segment. A SYN that opens a new incarnation is not late; a copy of an old SYN is.
 */
public enum LateKind {
    /** A FIN sent again, with or without data: the end that sent it has not seen its ACK and sits in LAST_ACK, FIN_WAIT1 or CLOSING. */
    FIN,
    /** Data without FIN: an old duplicate, or data that the sender of a RST never read. The kind that could be taken for data of a new incarnation. */
    DATA,
    /** Neither data nor SYN, FIN or RST: a delayed, repeated or answering acknowledgement, a keep-alive probe without data. */
    ACK,
    /** A reset, whatever else it carries. */
    RST,
    /** A SYN or SYN-ACK that opens no new incarnation: a copy of the old one, or one whose handshake was not answered. */
    SYN;

    /** Bits of the TCP header's flags (RFC 9293 section 3.1). */
    private static final int FIN_FLAG = 0x01;

    private static final int SYN_FLAG = 0x02;
    private static final int RST_FLAG = 0x04;

    /** Whether a new incarnation would be harmed by it or its sender still needs an answer: what TIME_WAIT is for (RFC 9293 section 3.6.1). */
    public boolean needsTimeWait() {
        return this == FIN || this == DATA;
    }

    /**
     * The kind of a segment that is known to be late.
     *
     * @param flags the lowest eight bits of the TCP header's flags
     * @param payloadBytes data bytes by the IP header's length, also where the capture cut them off
     */
    public static LateKind of(int flags, int payloadBytes) {
        if ((flags & RST_FLAG) != 0) {
            return RST;
        }
        if ((flags & SYN_FLAG) != 0) {
            return SYN;
        }
        if ((flags & FIN_FLAG) != 0) {
            return FIN;
        }
        return payloadBytes > 0 ? DATA : ACK;
    }
}

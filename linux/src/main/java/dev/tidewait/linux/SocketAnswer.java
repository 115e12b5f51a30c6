package dev.tidewait.linux;

/** What the kernel says about one four-tuple; see {@link SocketDiag#get(TcpTuple)}. Immutable, any thread. */
public sealed interface SocketAnswer
        permits SocketAnswer.Free, SocketAnswer.Gone, SocketAnswer.Held, TimeWaitSocket, Refused {
    /** The kernel holds no socket on the four-tuple, and nobody listens on its source port. */
    record Free() implements SocketAnswer {
        static final Free INSTANCE = new Free();
    }

    /**
     * No socket with the cookie asked for: it has expired, or has been taken over or destroyed. The four-tuple itself may be
     * held by another socket by now.
     */
    record Gone() implements SocketAnswer {
        static final Gone INSTANCE = new Gone();
    }

    /**
     * Something else than TIME_WAIT is there. It cannot be destroyed.
     *
     * @param tuple the four-tuple asked for
     * @param state its state; {@link TcpState#LISTEN} if no connection matched but a listener on the source port answered;
     *     {@link TcpState#FIN_WAIT2} if this end has closed and the peer may still be sending
     * @param cookie the holder's cookie
     * @param timerMillis time until its timer fires, 0 without timer; in FIN_WAIT2 after close() the time until it gives up
     */
    record Held(TcpTuple tuple, TcpState state, long cookie, long timerMillis) implements SocketAnswer {}
}

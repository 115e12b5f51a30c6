package dev.tidewait.linux;

/**
 * Proof that the kernel said TIME_WAIT about this very socket (four-tuple and cookie), and so the only thing that can be
 * destroyed. Immutable, any thread. Only an answer of {@link SocketDiag} makes one.
 *
 * <p>Why so strict: SOCK_DESTROY ignores the states asked for. By tuple alone it falls back to a listener; by tuple and cookie
 * it still kills the connection that became this TIME_WAIT, if it comes too early, with the data that it had not sent. Only
 * "the kernel answered TIME_WAIT for this cookie" is safe, because TIME_WAIT never goes back to another state.
 */
public final class TimeWaitSocket implements SocketAnswer {
    private final TcpTuple tuple;
    private final int interfaceIndex;
    private final long cookie;
    private final long remainingMillis;

    /** Called by {@link DiagEntry#timeWaitSocket()} and nobody else. */
    TimeWaitSocket(DiagEntry proof) {
        if (!proof.isDestroyable()) {
            throw new IllegalArgumentException("not a TIME_WAIT socket: " + proof.tuple() + " in " + proof.state());
        }
        tuple = proof.tuple();
        interfaceIndex = proof.interfaceIndex();
        cookie = proof.cookie();
        remainingMillis = proof.timerMillis();
    }

    /** The four-tuple it holds. */
    public TcpTuple tuple() {
        return tuple;
    }

    /** Interface that the socket was bound to; 0 for none. */
    public int interfaceIndex() {
        return interfaceIndex;
    }

    /** The socket's cookie, equal to SO_COOKIE of the connection if that was read before the connection closed. */
    public long cookie() {
        return cookie;
    }

    /** Milliseconds of TIME_WAIT left when the kernel answered; its 60 s last up to 62 s. */
    public long remainingMillis() {
        return remainingMillis;
    }

    @Override
    public String toString() {
        return "TIME_WAIT " + tuple + " for " + remainingMillis + " ms, cookie " + Long.toUnsignedString(cookie);
    }
}

package dev.tidewait.linux;

/** States of a TCP socket as sock_diag and TCP_INFO number them (include/net/tcp_states.h). Immutable, any thread. */
public enum TcpState {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECEIVED(3),
    FIN_WAIT1(4),
    /** Also the state of a TIME_WAIT-sized socket whose peer has not sent its FIN yet; not safe to take over. */
    FIN_WAIT2(5),
    TIME_WAIT(6),
    CLOSE(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11),
    /** A half-open request of a listener. */
    NEW_SYN_RECEIVED(12),
    /** Bound, neither connected nor listening (reported since Linux 6.8, only if asked for). */
    BOUND_INACTIVE(13),
    /** A number that this class does not know. */
    UNKNOWN(0);

    private static final TcpState[] BY_NUMBER = byNumber();

    private final int number;

    TcpState(int number) {
        this.number = number;
    }

    /** The kernel's number, 1 to 13; 0 for {@link #UNKNOWN}. */
    public int number() {
        return number;
    }

    /** This state's bit in a mask of states. */
    int bit() {
        return number == 0 ? 0 : 1 << number;
    }

    static TcpState of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    private static TcpState[] byNumber() {
        TcpState[] states = new TcpState[14];
        for (TcpState state : values()) {
            states[state.number] = state;
        }
        return states;
    }
}

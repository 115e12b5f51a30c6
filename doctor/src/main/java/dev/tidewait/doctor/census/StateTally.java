package dev.tidewait.doctor.census;

import dev.tidewait.linux.TcpState;

/** Counts sockets by state. Owned by one thread. */
final class StateTally {
    /** Indexed by the kernel's number of the state. */
    private final int[] byState = new int[TcpState.BOUND_INACTIVE.number() + 1];

    void add(TcpState state) {
        byState[state.number()]++;
    }

    StateCounts counts() {
        return new StateCounts(
                count(TcpState.SYN_SENT),
                count(TcpState.SYN_RECEIVED) + count(TcpState.NEW_SYN_RECEIVED),
                count(TcpState.ESTABLISHED),
                count(TcpState.FIN_WAIT1),
                count(TcpState.FIN_WAIT2),
                count(TcpState.TIME_WAIT),
                count(TcpState.CLOSE_WAIT),
                count(TcpState.LAST_ACK),
                count(TcpState.CLOSING));
    }

    private int count(TcpState state) {
        return byState[state.number()];
    }
}

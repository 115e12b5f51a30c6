package dev.tidewait.hook;

/** Why no four-tuple was fit for a connect(). The order is that of the BPF side's counters. */
public enum NoPort {
    /** Most of the candidates had not rested long enough. */
    BELOW_FLOOR,
    /** Most of the candidates were held by the kernel without timestamps, and had not been destroyed yet. */
    NOT_DESTROYED_YET,
    /** Most of the candidates were in use: a connection, a close that is not complete, a listener. */
    IN_USE,
    /** The kernel refused to bind the socket to one that was fit, or to the next ones. */
    BIND_REFUSED,
    /** The socket kept its port from an earlier connect, and the four-tuple with this destination was below its floor. Always refused. */
    CONNECTED_AGAIN,
    /** The kernel had no memory for the place in the order of ports. */
    NO_ROOM
}

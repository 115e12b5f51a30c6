package dev.tidewait.doctor.census;

/** Who opened a connection, and what says so. The kernel keeps no such mark; the local port tells. */
enum Direction {
    /** Somebody listens on the local port. */
    LISTENING_PORT(false),
    /** The local port is one that connect() chooses, and nobody listens there. */
    AUTOMATIC_PORT(true),
    /** A running Tidewait owns the local port, and nobody listens there. */
    TIDEWAIT_PORT(true),
    /** Nobody listens and connect() would not choose the port: taken for one that the program bound to itself. A guess. */
    OWN_PORT(true),
    /** The same, but the peer's port is one that connect() chooses: taken for what a stopped service left. A guess. */
    STOPPED_SERVICE(false);

    private final boolean outgoing;

    Direction(boolean outgoing) {
        this.outgoing = outgoing;
    }

    boolean isOutgoing() {
        return outgoing;
    }
}

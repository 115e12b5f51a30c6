package dev.tidewait.doctor.census;

/** By what it is told which ports of a source and a destination could be taken now. */
public enum CountedBy {
    /** The kernel's sockets: connect() chooses the ports. */
    SOCKETS,
    /** The kernel's sockets, and the shortest floor of Tidewait, which chooses the ports; its ledger could not be asked. */
    FLOOR,
    /** The same of a hook of Tidewait, which told its ports, and keeps no ledger. */
    HOOK,
    /** The ledger of Tidewait, which chooses the ports. */
    LEDGER
}

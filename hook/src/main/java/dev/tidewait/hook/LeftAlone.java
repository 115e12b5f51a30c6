package dev.tidewait.hook;

/** Why a connect() went the kernel's way without being looked at further. The order is that of the BPF side's counters. */
public enum LeftAlone {
    /** Not TCP. */
    NOT_TCP,
    /** The destination is a loopback address. */
    LOOPBACK,
    /** The program bound a port of its own before. */
    OWN_PORT,
    /** The socket carries a mark (SO_MARK): policy routing may choose its source. */
    MARKED,
    /** The socket is bound to a device (SO_BINDTODEVICE, SO_BINDTOIFINDEX). */
    DEVICE_BOUND,
    /** The destination is not one of those that were named. */
    NOT_CHOSEN,
    /** The kernel's routing has not yet been seen to choose a source for the destination; it does so in this connect. */
    SOURCE_UNKNOWN,
    /** The source is no longer this host's: it is learned anew. */
    NO_SUCH_SOURCE
}

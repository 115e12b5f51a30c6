package dev.tidewait.linux;

/** The capabilities(7) that matter here. Immutable, any thread. */
public enum Capability {
    /** Bind ports below ip_unprivileged_port_start. */
    NET_BIND_SERVICE(10),
    /** Destroy TIME_WAIT sockets, configure interfaces. */
    NET_ADMIN(12),
    /** Packet sockets. */
    NET_RAW(13),
    /** Network namespaces. */
    SYS_ADMIN(21),
    /** Load BPF programs that only trace; with NET_ADMIN also those for networking. */
    PERFMON(38),
    /** Load BPF programs. */
    BPF(39);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** The kernel's number. */
    public int number() {
        return number;
    }
}

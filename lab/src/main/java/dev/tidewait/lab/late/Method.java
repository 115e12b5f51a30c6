package dev.tidewait.lab.late;

import java.util.Locale;

/** How a program finds the port of its next connection. */
public enum Method {
    /** The kernel's own choice, with everything as the kernel has it. */
    KERNEL_DEFAULT,
    /** The kernel's choice with {@code tcp_tw_reuse=1}. */
    TW_REUSE,
    /** A port of one's own, used again as soon as it is closed; what the kernel still holds on it is destroyed. */
    AT_ONCE,
    /** The kernel's choice with {@code tcp_max_tw_buckets=0}. */
    NO_BUCKETS,
    /** {@code tidewait proxy} in front of the server, with its default floors. */
    TIDEWAIT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.tidewait.lab.late;

import java.util.List;
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
    TIDEWAIT,
    /**
     * The kernel's choice, in a program under {@code tidewait run} with its default floors. It is {@code --strict}, and the program tries again
     * every millisecond: so each port comes back at its very floor, and none is the kernel's.
     */
    RUN;

    /** Those that are compared with each other; {@link #RUN} is tried apart from them, beside {@link Cell#CONTROL}. */
    static final List<Method> COMPARED = List.of(KERNEL_DEFAULT, TW_REUSE, AT_ONCE, NO_BUCKETS, TIDEWAIT);

    /** Tidewait's rule finds the port. */
    boolean isRule() {
        return this == TIDEWAIT || this == RUN;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

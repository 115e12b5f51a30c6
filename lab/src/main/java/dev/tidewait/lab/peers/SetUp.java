package dev.tidewait.lab.peers;

import java.util.Locale;

/** What is done about the ports. Immutable. */
enum SetUp {
    /** Nothing: the kernel's usual 32768–60999. */
    AS_SHIPPED,
    /** The same with {@code tcp_tw_reuse=1}. */
    TW_REUSE,
    /** HAProxy's own {@code source ADDRESS:LOW-HIGH}, the best that a peer can do by itself. */
    EXPLICIT,
    /** Under {@code tidewait run}. */
    RUN,
    /** With {@code tidewait reap} beside it. */
    REAP;

    /** The program or Tidewait chooses from the ports outside the kernel's range, which is narrowed for that. */
    boolean choosesPorts() {
        return this == EXPLICIT || this == RUN;
    }

    /** As part of a cell's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.tidewait.lab.churn;

import java.util.Locale;

/** What is broken on purpose, so that a verdict must fail: an experiment that cannot fail shows nothing. */
public enum Breakage {
    /** Nothing. */
    NONE,
    /** Somebody destroys sockets by port, without a cookie and without a look at their state: a few long-lived ones. */
    RESET,
    /** The link changes a bit of the data now and then, and the checksum with it. */
    BYTE,
    /** Whoever chooses the ports is told a third of the floor that he is judged by, and gets so few ports that he needs it. */
    FLOOR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

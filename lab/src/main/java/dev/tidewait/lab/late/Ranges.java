package dev.tidewait.lab.late;

import java.util.Locale;

/** How the sequence numbers of one incarnation lie to those of the next. */
public enum Ranges {
    /** Little is sent, so the clock of initial sequence numbers is far ahead when the next incarnation begins. */
    APART,
    /** More is sent than that clock allows for (15.6 MB/s on Linux), in both directions: used at once, the next range begins within it. */
    OVERLAPPING,
    /** The next range begins just below the former, as after a whole turn of the clock. */
    WRAPPED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

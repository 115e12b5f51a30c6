package dev.tidewait.lab.floor;

import java.util.Locale;

/** What stands between a late copy and harm. */
enum Setting {
    /** Both ends use timestamps. */
    TIMESTAMPS("timestamps", "#0b7285"),
    /** Nobody does; initial sequence numbers follow each host's clock. */
    CLOCK("no timestamps, numbers by the clock", "#5c940d"),
    /** Nobody does, and a copy's sequence number has nothing to do with the connection that it meets; its acknowledgement is a right one. */
    UNRELATED("no timestamps, unrelated numbers", "#e67700"),
    /**
     * Nobody does, each range begins just below the one before, as after a whole turn of the clock, and the acknowledgement is a right one: the
     * worst there is.
     */
    WRAPPED("no timestamps, wrapped numbers", "#c92a2a");

    private final String title;
    private final String colour;

    Setting(String title, String colour) {
        this.title = title;
        this.colour = colour;
    }

    /** In charts. */
    String colour() {
        return colour;
    }

    boolean hasTimestamps() {
        return this == TIMESTAMPS;
    }

    /** Nothing may happen there. */
    boolean isGuaranteed() {
        return this == TIMESTAMPS || this == CLOCK;
    }

    /**
     * How many copies meet a connection is the model's to say. Where a copy can be taken for real it also disturbs handshakes, so that the next
     * connection comes a second late and others live longer than the model is told.
     */
    boolean isPredicted() {
        return isGuaranteed();
    }

    /** For people. */
    String title() {
        return title;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

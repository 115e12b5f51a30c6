package dev.tidewait.doctor.census;

import java.util.List;

/**
 * Who holds the live sockets of a destination. TIME_WAIT sockets, and those whose program has closed them, have no owner. Immutable.
 *
 * @param seen those that could be seen, most sockets first
 * @param unseenSocketCount sockets that some process holds which could not be found: it belongs to another user, or lives in another container
 */
public record Owners(List<Owner> seen, int unseenSocketCount) {
    public static final Owners NONE = new Owners(List.of(), 0);

    public Owners {
        seen = List.copyOf(seen);
    }
}

package dev.tidewait.proxy.names;

import java.net.InetAddress;
import java.util.List;

/** What a {@link NameSource} says. Immutable. */
public sealed interface NameAnswer {
    /**
     * @param addresses at least one
     * @param ttlSeconds how long it may be remembered; 0 = not at all
     */
    record Found(List<InetAddress> addresses, long ttlSeconds) implements NameAnswer {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /** @param detail what happened, a sentence without its full stop that names the host; empty if there is nothing to add */
    record NotFound(NameFailure why, String detail) implements NameAnswer {}
}

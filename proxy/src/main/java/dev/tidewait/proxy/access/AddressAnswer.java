package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;
import java.net.InetAddress;
import java.util.List;

/** What may be done with the addresses that a destination was resolved to. */
public sealed interface AddressAnswer {
    /** At least one of them may be connected to; in the order in which they came. */
    record Permitted(List<InetAddress> addresses) implements AddressAnswer {}

    /** None of them; the failure speaks of the first. */
    record Denied(Failure failure) implements AddressAnswer {}
}

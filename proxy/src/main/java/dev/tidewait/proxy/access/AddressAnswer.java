package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/** What may be done with the addresses that a destination was resolved to. */
public sealed interface AddressAnswer {
    /** The addresses that may be connected to; if there are none, the reason is told. */
    default List<InetAddress> orTell(Consumer<Failure> prohibited) {
        return switch (this) {
            case Permitted some -> some.addresses();
            case Denied none -> {
                prohibited.accept(none.failure());
                yield List.of();
            }
        };
    }

    /** At least one of them may be connected to; in the order in which they came. */
    record Permitted(List<InetAddress> addresses) implements AddressAnswer {}

    /** None of them; the failure speaks of the first. */
    record Denied(Failure failure) implements AddressAnswer {}
}

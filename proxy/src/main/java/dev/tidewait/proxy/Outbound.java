package dev.tidewait.proxy;

import dev.tidewait.netty.Connector;
import dev.tidewait.proxy.names.NameLookup;
import java.util.function.Supplier;

/**
 * How exchanges reach servers. Any thread.
 *
 * @param lookup the names of this moment: a client that stays for hours must not ask a name service that a reload has closed
 * @param portWaitMillis see {@link Timeouts#portWait()}
 * @param connectMillis see {@link Timeouts#connect()}
 */
record Outbound(Connector connector, Supplier<NameLookup> lookup, long portWaitMillis, long connectMillis) {
    Outbound(Connector connector, Supplier<NameLookup> lookup, Timeouts timeouts) {
        this(
                connector,
                lookup,
                timeouts.portWait().toMillis(),
                timeouts.connect().toMillis());
    }

    NameLookup names() {
        return lookup.get();
    }
}

package dev.tidewait.proxy;

import dev.tidewait.netty.Connector;
import dev.tidewait.proxy.names.NameLookup;

/**
 * How exchanges reach servers. Any thread.
 *
 * @param portWaitMillis see {@link Timeouts#portWait()}
 * @param connectMillis see {@link Timeouts#connect()}
 */
record Outbound(Connector connector, NameLookup names, long portWaitMillis, long connectMillis) {
    Outbound(Connector connector, NameLookup names, Timeouts timeouts) {
        this(
                connector,
                names,
                timeouts.portWait().toMillis(),
                timeouts.connect().toMillis());
    }
}

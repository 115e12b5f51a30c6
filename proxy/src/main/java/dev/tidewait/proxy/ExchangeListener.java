package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import java.net.InetAddress;
import java.util.List;

/** A listener that gives each client an {@link Exchange}, and what it does at each turn of the exchange's way. */
sealed interface ExchangeListener extends Listener permits TcpListener, SocksListener, OpenTunnels {
    /** The client is connected. */
    void begin(Exchange exchange);

    /** The addresses that may be connected to, none if the listener has failed the exchange. */
    List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses);

    /** Tries another server after one could not be reached; false where there is none. */
    boolean tryNext(Exchange exchange);

    /** The server connection is open; the relay starts right behind this. */
    void opened(Exchange exchange);

    /** The exchange cannot be served: tell the client, or the log. */
    void failed(Exchange exchange, Failure failure);

    /**
     * There will be no full request.
     *
     * @param timedOut whether {@link Timeouts#clientHeader()} has passed; otherwise the client has closed
     */
    void headMissing(Exchange exchange, boolean timedOut);
}

package dev.tidewait.proxy;

import io.netty.channel.ChannelHandler;
import java.net.InetAddress;
import java.util.List;

/** One kind of listener: what it does at each turn of an exchange's way. Its methods are called on the exchange's event loop. */
sealed interface Listener permits TcpListener, ConnectListener {
    ListenerSettings settings();

    ListenerMetrics metrics();

    /** What reads from a new client; {@link Exchange#client} once there is nothing to parse. */
    ChannelHandler reader(Exchange exchange);

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

    /** No full request within {@link Timeouts#clientHeader()}. */
    void headTimedOut(Exchange exchange);
}

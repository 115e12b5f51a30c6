package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.util.List;

/** One kind of listener: what it does at each turn of an exchange's way. Its methods are called on the exchange's event loop. */
sealed interface Listener permits TcpListener, HttpProxyListener, SocksListener {
    ListenerSettings settings();

    ListenerMetrics metrics();

    /** What its clients come for, as far as is known before they have said anything. */
    ExchangeKind kind();

    /** Puts whoever serves a new client into the client's pipeline. */
    void install(ChannelPipeline pipeline, Roster roster, Outbound outbound);

    /** What to tell a client that is refused before anything of it was read; nothing where its protocol has no words for that. */
    default ByteBuf refusal(Failure failure) {
        return Unpooled.EMPTY_BUFFER;
    }

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

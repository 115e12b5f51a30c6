package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;

/** One kind of listener. Its methods are called on the event loop of the client in question. */
sealed interface Listener permits ExchangeListener, HttpProxyListener {
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
}

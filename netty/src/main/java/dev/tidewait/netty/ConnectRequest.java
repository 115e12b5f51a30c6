package dev.tidewait.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/**
 * One wish for a connection. Immutable.
 *
 * @param loop the event loop that shall own the channel; of the transport the connector was made for
 * @param destination resolved address and port
 * @param handler put at the end of the channel's pipeline once it is connected; or {@link #NO_HANDLER}
 * @param autoRead whether the channel reads as soon as it is connected
 * @param portWaitMillis how long to stand in line for a port; 0 = not at all
 * @param connectMillis how long the handshake may take, port wait not included; &gt; 0
 * @param speaksFirst whether the first bytes follow at once when it is connected: then the acknowledgement that ends the handshake rides on them, and the
 *     server is woken once. If nothing follows, the kernel sends it alone after 200 ms
 */
public record ConnectRequest(
        EventLoop loop,
        InetSocketAddress destination,
        ChannelHandler handler,
        boolean autoRead,
        long portWaitMillis,
        long connectMillis,
        boolean speaksFirst) {
    /** One that may have nothing to say at first. */
    public ConnectRequest(
            EventLoop loop,
            InetSocketAddress destination,
            ChannelHandler handler,
            boolean autoRead,
            long portWaitMillis,
            long connectMillis) {
        this(loop, destination, handler, autoRead, portWaitMillis, connectMillis, false);
    }

    /** For those who put their own into the pipeline when they hear of the channel, before it reads ({@code autoRead} false). */
    public static final ChannelHandler NO_HANDLER = new ChannelHandlerAdapter() {
        @Override
        public boolean isSharable() {
            return true; // who does not know it may put it into any number of pipelines: it does nothing
        }
    };
}

package dev.tidewait.netty;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * Opens outgoing TCP connections. Any thread may call it; the channel belongs to the event loop of the request.
 *
 * <p>The returned future is completed on that event loop. It succeeds with a connected channel (half-closure allowed,
 * {@code autoRead} as the request says) or fails with a {@link ConnectFailedException}; nothing is leaked in either case. A
 * channel is given back like any other: {@code shutdownOutput()}, {@code close()}, or, to abort with RST, {@code SO_LINGER 0}
 * and {@code close()}. A reset arrives
 * as {@code exceptionCaught}, after which the channel closes by itself.
 */
public interface Connector {
    /** Waits for a port if it must, binds, connects; all within the request's deadline. */
    Future<Channel> connect(ConnectRequest request);
}

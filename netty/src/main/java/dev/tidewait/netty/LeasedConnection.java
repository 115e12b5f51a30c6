package dev.tidewait.netty;

import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/**
 * What is known about an outgoing connection once it is open, for access logs and metrics. Immutable; found on the channel
 * under {@link #KEY}.
 *
 * @param source address and port connected from
 * @param destination address and port connected to
 * @param portWaitMillis time spent in line for a port
 * @param connectMillis time from the first SYN to the connection, retries included
 * @param ageAtReuseMillis age of the four-tuple when it was taken, −1 if it was never used before
 * @param attempts ports tried, 1 or more
 */
public record LeasedConnection(
        InetSocketAddress source,
        InetSocketAddress destination,
        long portWaitMillis,
        long connectMillis,
        long ageAtReuseMillis,
        int attempts) {
    public static final AttributeKey<LeasedConnection> KEY = AttributeKey.valueOf(LeasedConnection.class, "connection");
}

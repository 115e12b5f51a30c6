package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange has tried to reach a server, and what it may still try. Owned by the exchange's event loop.
 *
 * <p>Ports are counted for each destination, so where one address has none left the next one may have all of them. The time in line for
 * a port is one budget for all attempts: a client never waits in line for longer than {@link Timeouts#portWait()}, however many servers there are.
 */
final class Attempts {
    /** Servers and addresses tried for one client, the first one included. */
    private static final int MAX_TRIES = 3;

    private List<InetAddress> addresses = List.of();
    private int addressIndex;
    private int port;
    private int count;
    private int failures;
    private boolean over;
    private long waitedMillis;

    /** A server's addresses, at least one; gives the first. */
    InetSocketAddress begin(List<InetAddress> all, int serverPort) {
        addresses = all;
        addressIndex = 1;
        port = serverPort;
        return new InetSocketAddress(all.getFirst(), port);
    }

    /** The server's next address, null after the last. */
    @Nullable
    InetSocketAddress next() {
        return addressIndex < addresses.size() ? new InetSocketAddress(addresses.get(addressIndex++), port) : null;
    }

    /** A connection is asked for. */
    void begun() {
        count++;
    }

    /** Connections asked for. */
    int count() {
        return count;
    }

    /**
     * @param tookNanos from the request for a connection to its failure
     * @param connectMillis what a handshake takes that times out
     */
    void failed(Reason reason, long tookNanos, long connectMillis) {
        failures++;
        over = reason == Reason.LOCAL;
        long handshakeMillis = reason == Reason.TIMED_OUT ? connectMillis : 0;
        waitedMillis += Math.max(0, TimeUnit.NANOSECONDS.toMillis(tookNanos) - handshakeMillis);
    }

    /** The name of a server led to no address; the next server may have the same name service. */
    void nameFailed() {
        over = true;
    }

    /** Whether another address or server may help: never where this host's descriptors or memory are short. */
    boolean another() {
        return !over && failures < MAX_TRIES;
    }

    /** How much of the port wait is left. */
    long portWaitLeftMillis(long portWaitMillis) {
        return Math.max(0, portWaitMillis - waitedMillis);
    }
}

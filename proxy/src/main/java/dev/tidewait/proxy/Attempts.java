package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.proxy.failure.Failure;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one client has tried to reach a server, and what it may still try: one for all servers that are tried for it. Owned by the
 * client's event loop.
 *
 * <p>Ports are counted for each destination, so where one address has none left the next one may have all of them. The time in line for
 * a port is one budget for all attempts: a client never waits in line for longer than {@link Timeouts#portWait()}, however many servers and
 * addresses there are. While attempts run side by side it is not known which of them is in line; all of them count as one that is.
 */
final class Attempts {
    /** Servers tried for one client, the first one included; each with all its addresses. */
    private static final int MOST_SERVERS = 3;

    private int serverFailures;
    private boolean stopped;

    private int underWay;
    /** When the first of those under way began. */
    private long sinceNanos;
    /** Until when, counted from there, those that have failed may have been in line. */
    private long waitedSinceMillis;
    /** Time in line before. */
    private long waitedMillis;

    private int count;
    private int failures;
    private @Nullable ConnectFailedException told;

    /** A connection is asked for. */
    void begun(long nowNanos) {
        count++;
        if (underWay++ == 0) {
            sinceNanos = nowNanos;
            waitedSinceMillis = 0;
        }
    }

    /** Connections asked for. */
    int count() {
        return count;
    }

    /** @param connectMillis what a handshake takes that times out */
    void failed(ConnectFailedException failure, long nowNanos, long connectMillis) {
        long handshakeMillis = failure.reason() == Reason.TIMED_OUT ? connectMillis : 0;
        waitedSinceMillis = Math.max(waitedSinceMillis, sinceBegun(nowNanos) - handshakeMillis);
        if (--underWay == 0) {
            waitedMillis += waitedSinceMillis;
        }
        failures++;
        stopped |= failure.reason() == Reason.LOCAL;
        ConnectFailedException before = told;
        if (before == null || weight(failure.reason()) > weight(before.reason())) {
            told = failure;
        }
    }

    private long sinceBegun(long nowNanos) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos);
    }

    /**
     * Which of several failures is told. What concerns this host comes first: to call a server unreachable when there was no port for its
     * other address would send somebody to look in the wrong place. Then what a server itself said, then what the network did.
     */
    private static int weight(Reason reason) {
        return switch (reason) {
            case LOCAL -> 5;
            case NO_PORT -> 4;
            case RESET -> 3;
            case REFUSED -> 2;
            case TIMED_OUT -> 1;
            case UNREACHABLE -> 0;
        };
    }

    /** A server could not be reached at any address, or its name has none. */
    void serverFailed() {
        serverFailures++;
    }

    /** Whether this host's descriptors or memory are short: then nothing else can help. */
    boolean isStopped() {
        return stopped;
    }

    /** Whether another server may help. */
    boolean another() {
        return !stopped && serverFailures < MOST_SERVERS;
    }

    /** How much of the port wait is left for one more attempt. */
    long portWaitLeftMillis(long portWaitMillis, long nowNanos) {
        long sinceMillis = underWay == 0 ? 0 : sinceBegun(nowNanos);
        return Math.max(0, portWaitMillis - waitedMillis - sinceMillis);
    }

    /** What to say when nothing has helped; something has failed. */
    Failure failure() {
        ConnectFailedException most = told;
        if (most == null) {
            throw new IllegalStateException("nothing has failed");
        }
        Failure failure = Failure.of(most);
        return failures == 1
                ? failure
                : new Failure(failure.error(), failure.text() + " (" + failures + " connects were tried)");
    }
}

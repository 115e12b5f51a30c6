package dev.tidewait.proxy;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import dev.tidewait.proxy.address.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Server connections that wait for the next request, by destination. Owned by one event loop, except {@link #idleCount()}.
 *
 * <p><b>Order.</b> The one that was used last is taken first, so that those too many grow old and go, and their ports with them. Where there is
 * no room the one that has waited longest makes some: of its destination, or of all.
 *
 * <p><b>Hazard.</b> A server may close an idle connection at any time, and a request sent on it is lost (RFC 9112, section 9.3.1). Whatever an idle
 * connection says (FIN, RST, unasked bytes) ends it at once; what this event loop has not heard yet the kernel is asked for when a
 * connection is taken; what is still on the network then is the business of {@link Forwarding}, which repeats a request where that is safe.
 */
final class KeepAlivePool implements ServerConnection.Keeper {
    private HttpSettings settings;
    /** The one that has waited longest first; sets, because whichever ends must be found at once among thousands. */
    private final Map<HostPort, LinkedHashSet<ServerConnection>> byDestination = new HashMap<>();
    /** The one that has waited longest first. */
    private final LinkedHashSet<ServerConnection> all = new LinkedHashSet<>();

    private @Nullable TcpInfo tcpInfo;
    private volatile int idleCount;

    KeepAlivePool(HttpSettings settings) {
        this.settings = settings;
    }

    /** Other settings apply to connections from their next request on. */
    void change(HttpSettings next) {
        settings = next;
    }

    HttpSettings settings() {
        return settings;
    }

    /** Connections that wait. Any thread. */
    int idleCount() {
        return idleCount;
    }

    /**
     * A connection to that destination, out of the pool; null if there is none.
     *
     * @param permitted decides on the address behind it, because a listener with other rules may have connected there
     */
    @Nullable
    ServerConnection take(HostPort destination, Predicate<InetAddress> permitted) {
        while (true) {
            LinkedHashSet<ServerConnection> waiting = byDestination.get(destination);
            ServerConnection last = waiting == null || !settings.keepsConnections() ? null : waiting.getLast();
            if (last == null || !permitted.test(last.wire().remoteAddress().getAddress())) {
                return null;
            }
            remove(last);
            last.leaveKeeper();
            if (last.mayServeAgain() && stands(last)) {
                return last;
            }
            last.end(false);
        }
    }

    /** Keeps the connection, or ends it where that is not possible. */
    void give(ServerConnection connection) {
        if (!settings.keepsConnections() || !connection.mayServeAgain()) {
            connection.end(false);
            return;
        }
        LinkedHashSet<ServerConnection> waiting =
                byDestination.computeIfAbsent(connection.destination(), destination -> new LinkedHashSet<>());
        if (waiting.size() >= settings.idlePerDestination()) {
            waiting.getFirst().evict();
        } else if (all.size() >= settings.idleInAll()) {
            Iterator<ServerConnection> oldest = all.iterator();
            oldest.next().evict();
        }
        // An eviction may have removed the last one, and the set with it.
        byDestination
                .computeIfAbsent(connection.destination(), destination -> waiting)
                .add(connection);
        all.add(connection);
        count();
        connection.waitAt(this);
    }

    @Override
    public void remove(ServerConnection connection) {
        LinkedHashSet<ServerConnection> waiting = byDestination.get(connection.destination());
        if (waiting != null) {
            waiting.remove(connection);
            if (waiting.isEmpty()) {
                byDestination.remove(connection.destination());
            }
        }
        all.remove(connection);
        count();
    }

    private void count() {
        idleCount = all.size();
    }

    /**
     * Whether the kernel holds that connection for usable, whatever this event loop has heard: it is open, and holds nothing that was not read.
     * What came before a request is no answer to it (RFC 9112, section 9.2).
     */
    boolean stands(ServerConnection connection) {
        Channel channel = connection.wire().channel();
        if (!(channel instanceof UnixChannel unix) || !unix.fd().isOpen()) {
            return channel.isActive();
        }
        TcpInfo info = tcpInfo;
        if (info == null) {
            info = new TcpInfo();
            tcpInfo = info;
        }
        return !info.read(unix.fd().intValue()).isNone()
                || (info.state() == TcpState.ESTABLISHED
                        && info.bytesReceived() == connection.wire().bytesRead());
    }
}

package dev.tidewait.proxy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidewait.netty.Connector;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.Users;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.names.DnsNames;
import dev.tidewait.proxy.names.HostsFile;
import dev.tidewait.proxy.names.NameLookup;
import dev.tidewait.proxy.names.NameSettings;
import dev.tidewait.proxy.names.NameSource;
import dev.tidewait.proxy.names.NameStatistics;
import dev.tidewait.proxy.names.SystemNames;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The listeners, from start to graceful stop. Any thread, but not an event loop.
 *
 * <pre>{@code
 * try (EventLoops loops = EventLoops.open(loopCount)) {
 *     Connector connector = ...; // of the same loops
 *     ProxyServer server = ProxyServer.start(loops, connector, settings, ProxyMetrics.NONE, AccessLog.NONE);
 *     ...
 *     server.stop().get();
 * }
 * }</pre>
 */
public final class ProxyServer {
    /**
     * How a stop went.
     *
     * @param resetCount exchanges that were still open at the end of {@link Timeouts#drain()} and got an RST
     */
    public record StopReport(int resetCount) {}

    /** How often this host's addresses and files are looked at. */
    private static final long REFRESH_SECONDS = 5;

    private final List<Roster> rosters = new ArrayList<>();
    private final Map<String, ListenSockets> sockets = new LinkedHashMap<>();
    private final Ticks ticks;
    private final NameLookup names;
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final Users users;
    private final ClientLimits limits;
    private @Nullable ScheduledFuture<?> refreshing;
    private @Nullable CompletableFuture<StopReport> stopped;

    private ProxyServer(ProxySettings settings, NameSource source) {
        this.ticks = Ticks.of(settings.timeouts());
        this.users = new Users(settings.users());
        this.limits = new ClientLimits(settings.limits());
        this.names = new NameLookup(
                settings.names(), source, HostsFile.ofHost(), ownAddresses::hasWideIpv6, System::nanoTime);
    }

    /**
     * Binds all listeners and accepts from then on; all or nothing.
     *
     * @param connector opens the outgoing connections, on the event loops of the loops
     * @param accessLog takes the record of every exchange
     * @throws BindException a listener's address cannot be had; the message says which, why, and what to do
     */
    public static ProxyServer start(
            EventLoops loops, Connector connector, ProxySettings settings, ProxyMetrics metrics, AccessLog accessLog)
            throws BindException {
        NameSettings names = settings.names();
        NameSource source = switch (names.service()) {
            case DNS -> DnsNames.ofHost(names, loops.datagramChannels(), loops.socketChannels());
            case SYSTEM -> SystemNames.ofHost(names);
        };
        return start(loops, connector, settings, metrics, accessLog, source);
    }

    static ProxyServer start(
            EventLoops loops,
            Connector connector,
            ProxySettings settings,
            ProxyMetrics metrics,
            AccessLog accessLog,
            NameSource source)
            throws BindException {
        ProxyServer server = new ProxyServer(settings, source);
        try {
            server.open(loops, connector, settings, metrics, accessLog);
            return server;
        } catch (BindException | RuntimeException failed) {
            server.stop();
            throw failed;
        }
    }

    private void open(
            EventLoops loops, Connector connector, ProxySettings settings, ProxyMetrics metrics, AccessLog accessLog)
            throws BindException {
        Outbound outbound = new Outbound(connector, names, settings.timeouts());
        for (EventLoop loop : loops.all()) {
            rosters.add(new Roster(loop, ticks, accessLog));
        }
        refreshing = loops.all()
                .getFirst()
                .scheduleWithFixedDelay(
                        () -> Thread.ofVirtual().name("tidewait-refresh").start(this::refresh),
                        REFRESH_SECONDS,
                        REFRESH_SECONDS,
                        TimeUnit.SECONDS);
        boolean shared = loops.transport() != Transport.NIO;
        for (ListenerSettings one : settings.listeners()) {
            Listener listener = listener(one, metrics.listener(one));
            sockets.put(
                    one.name(),
                    new ListenSockets(
                            loops,
                            one,
                            loop -> new Acceptor(
                                    listener, outbound, limits, shared ? List.of(rosters.get(loop)) : rosters)));
        }
    }

    private Listener listener(ListenerSettings settings, ListenerMetrics metrics) {
        return switch (settings) {
            case TcpListenerSettings tcp -> new TcpListener(tcp, metrics);
            case HttpProxyListenerSettings connect -> new HttpProxyListener(connect, metrics, ownAddresses, users);
            case SocksListenerSettings socks -> new SocksListener(socks, metrics, ownAddresses, users);
        };
    }

    /**
     * Where a listener listens; the port is the real one if 0 was asked for.
     *
     * @throws NoSuchElementException there is no listener of that name
     */
    public InetSocketAddress address(String listenerName) {
        ListenSockets found = sockets.get(listenerName);
        if (found == null) {
            throw new NoSuchElementException("no listener is called " + listenerName);
        }
        return found.address();
    }

    /** Off the event loops: it asks the kernel and reads files. */
    private void refresh() {
        ownAddresses.refresh();
        names.refresh();
    }

    /** What has been looked up so far. */
    public NameStatistics nameStatistics() {
        return names.statistics();
    }

    /** Exchanges that have not ended. */
    public int activeCount() {
        return rosters.stream().mapToInt(Roster::clientCount).sum();
    }

    /**
     * Stops accepting, waits for the open exchanges up to {@link Timeouts#drain()}, then resets the rest. A second call gives the same
     * answer. The event loops stay open.
     */
    @CanIgnoreReturnValue
    public synchronized CompletableFuture<StopReport> stop() {
        CompletableFuture<StopReport> known = stopped;
        if (known != null) {
            return known;
        }
        CompletableFuture<StopReport> report = new CompletableFuture<>();
        stopped = report;
        sockets.values().forEach(ListenSockets::close);
        AtomicInteger pending = new AtomicInteger(rosters.size());
        AtomicInteger resetCount = new AtomicInteger();
        if (rosters.isEmpty()) {
            finish(report, 0);
        }
        for (Roster roster : rosters) {
            Promise<Integer> drained = roster.loop().newPromise();
            drained.addListener((Future<Integer> rest) -> {
                resetCount.addAndGet(rest.getNow());
                if (pending.decrementAndGet() == 0) {
                    finish(report, resetCount.get());
                }
            });
            roster.loop().execute(() -> roster.drain(ticks.drain(), drained));
        }
        return report;
    }

    private void finish(CompletableFuture<StopReport> report, int resetCount) {
        ScheduledFuture<?> refresh = refreshing;
        if (refresh != null) {
            refresh.cancel(false);
        }
        names.close();
        users.close();
        report.complete(new StopReport(resetCount));
    }
}

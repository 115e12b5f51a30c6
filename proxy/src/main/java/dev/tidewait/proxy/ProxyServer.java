package dev.tidewait.proxy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidewait.netty.Connector;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.Users;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.names.HostsFile;
import dev.tidewait.proxy.names.NameLookup;
import dev.tidewait.proxy.names.NameSettings;
import dev.tidewait.proxy.names.NameSource;
import dev.tidewait.proxy.names.NameStatistics;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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

    private final Connector connector;
    private final ProxyMetrics metrics;
    private final List<Roster> rosters;
    private final Doors doors;
    private final Function<NameSettings, NameSource> nameSources;
    private final HostsFile hosts = HostsFile.ofHost();
    private volatile NameLookup names;
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final Users users;
    private Doorkeepers doorkeepers;
    private final ClientLimits limits;
    private final Map<String, ListenerMetrics> metricsByName = new HashMap<>();
    private final ScheduledFuture<?> refreshing;
    private Ticks ticks;
    private @Nullable CompletableFuture<StopReport> stopped;

    private ProxyServer(
            EventLoops loops,
            Connector connector,
            ProxySettings settings,
            ProxyMetrics metrics,
            AccessLog accessLog,
            Function<NameSettings, NameSource> nameSources) {
        this.connector = connector;
        this.metrics = metrics;
        this.nameSources = nameSources;
        this.names = lookup(settings.names());
        this.users = new Users(settings.users());
        this.doorkeepers = Doorkeepers.none(ownAddresses, settings.departed());
        this.limits = new ClientLimits(settings.limits());
        this.ticks = Ticks.of(settings.timeouts());
        this.rosters = loops.all().stream()
                .map(loop -> new Roster(loop, ticks, accessLog, new KeepAlivePool(settings.http())))
                .toList();
        this.doors = new Doors(loops, rosters, limits);
        this.refreshing = loops.all()
                .getFirst()
                .scheduleWithFixedDelay(
                        () -> Thread.ofVirtual().name("tidewait-refresh").start(this::refresh),
                        REFRESH_SECONDS,
                        REFRESH_SECONDS,
                        TimeUnit.SECONDS);
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
        return start(
                loops,
                connector,
                settings,
                metrics,
                accessLog,
                names -> NameSource.ofHost(names, loops.datagramChannels(), loops.socketChannels()));
    }

    static ProxyServer start(
            EventLoops loops,
            Connector connector,
            ProxySettings settings,
            ProxyMetrics metrics,
            AccessLog accessLog,
            Function<NameSettings, NameSource> nameSources)
            throws BindException {
        ProxyServer server = new ProxyServer(loops, connector, settings, metrics, accessLog, nameSources);
        try {
            Doorkeepers first = server.doorkeepers.then(settings.listeners());
            server.doors.change(server.services(settings, first), () -> server.doorkeepers = first);
            return server;
        } catch (BindException | RuntimeException failed) {
            server.stop();
            throw failed;
        }
    }

    /**
     * Lets other settings apply, all or nothing, without closing a connection or an address that stays.
     *
     * <p>Whoever connects from now on is served by them. Exchanges under way keep the listener they came to, with its servers,
     * {@link Timeouts#connect()} and {@link Timeouts#portWait()}; access rules, users and the other time-outs apply to everybody from the next step
     * of an exchange on, also to those whose listener is no more ({@link ProxySettings#departed()}). A new address accepts nobody before they do.
     * Not to be called by an event loop.
     *
     * @throws BindException a new address cannot be had; everything is as before
     * @throws IllegalStateException the server is stopping
     */
    public synchronized void reload(ProxySettings settings) throws BindException {
        if (stopped != null) {
            throw new IllegalStateException("the proxy is stopping; nothing can be changed any more");
        }
        NameLookup before = names;
        NameLookup after = settings.names().equals(before.settings()) ? before : lookup(settings.names());
        Doorkeepers next = doorkeepers.then(settings.listeners());
        try {
            doors.change(services(settings, next), () -> rule(settings, next, after));
        } catch (BindException | RuntimeException failed) {
            if (!names.equals(after)) {
                after.close();
            }
            throw failed;
        }
        if (!before.equals(after)) {
            before.close(); // whoever asks there just now gets an answer
        }
        Ticks nextTicks = Ticks.of(settings.timeouts());
        ticks = nextTicks;
        rosters.forEach(roster -> roster.loop().execute(() -> {
            roster.retime(nextTicks);
            roster.pool().change(settings.http());
        }));
    }

    /** What decides who gets what: between the binding of new addresses and their first client. */
    private void rule(ProxySettings settings, Doorkeepers next, NameLookup lookup) {
        names = lookup;
        boolean asking = settings.users().passwords().isPresent();
        // A password that is asked for from now on comes before the new rules, one that is no longer asked for goes
        // after them.
        if (asking) {
            users.change(settings.users());
        }
        next.takeOver(doorkeepers, settings);
        if (!asking) {
            users.change(settings.users());
        }
        doorkeepers = next;
        limits.change(settings.limits());
    }

    private NameLookup lookup(NameSettings settings) {
        return new NameLookup(
                settings, nameSources.apply(settings), hosts, ownAddresses::hasWideIpv6, System::nanoTime);
    }

    private List<Service> services(ProxySettings settings, Doorkeepers keepers) {
        Outbound outbound = new Outbound(connector, () -> names, settings.timeouts());
        List<Service> services = new ArrayList<>();
        for (ListenerSettings one : settings.listeners()) {
            ListenerMetrics counted = metricsByName.computeIfAbsent(one.name(), name -> metrics.listener(one));
            services.add(new Service(listener(one, settings.http(), counted, keepers), outbound));
        }
        return services;
    }

    private Listener listener(
            ListenerSettings settings, HttpSettings http, ListenerMetrics metrics, Doorkeepers keepers) {
        return switch (settings) {
            case TcpListenerSettings tcp -> new TcpListener(tcp, metrics);
            case HttpProxyListenerSettings proxy ->
                new HttpProxyListener(proxy, http, metrics, keepers.of(proxy), users);
            case SocksListenerSettings socks -> new SocksListener(socks, metrics, keepers.of(socks), users);
        };
    }

    /**
     * Where a listener listens; the port is the real one if 0 was asked for.
     *
     * @throws NoSuchElementException there is no listener of that name
     */
    public InetSocketAddress address(String listenerName) {
        return doors.address(listenerName);
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

    /** HTTP server connections that wait for a request. */
    public int idleServerCount() {
        return rosters.stream().mapToInt(roster -> roster.pool().idleCount()).sum();
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
        doors.close();
        long drainTicks = ticks.drain();
        AtomicInteger pending = new AtomicInteger(rosters.size());
        AtomicInteger resetCount = new AtomicInteger();
        for (Roster roster : rosters) {
            Promise<Integer> drained = roster.loop().newPromise();
            drained.addListener((Future<Integer> rest) -> {
                resetCount.addAndGet(rest.getNow());
                if (pending.decrementAndGet() == 0) {
                    finish(report, resetCount.get());
                }
            });
            roster.loop().execute(() -> roster.drain(drainTicks, drained));
        }
        return report;
    }

    private void finish(CompletableFuture<StopReport> report, int resetCount) {
        refreshing.cancel(false);
        names.close();
        users.close();
        report.complete(new StopReport(resetCount));
    }
}

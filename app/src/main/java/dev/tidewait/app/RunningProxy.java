package dev.tidewait.app;

import dev.tidewait.app.accesslog.AccessLogWriter;
import dev.tidewait.app.accesslog.LogSink;
import dev.tidewait.app.accesslog.UnusableLogException;
import dev.tidewait.app.admin.AccessLogMetricFamilies;
import dev.tidewait.app.admin.AdminServer;
import dev.tidewait.app.admin.HealthPage;
import dev.tidewait.app.admin.HttpMetricFamilies;
import dev.tidewait.app.admin.MetricsPage;
import dev.tidewait.app.admin.NameMetricFamilies;
import dev.tidewait.app.admin.OutgoingCounters;
import dev.tidewait.app.admin.PortsPage;
import dev.tidewait.app.admin.ProxyCounters;
import dev.tidewait.app.admin.ReloadCounters;
import dev.tidewait.app.configuration.AdminSection;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.floor.MeasuredFloors;
import dev.tidewait.netty.ClaimedPorts;
import dev.tidewait.netty.LeaseTrace;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.EventLoops;
import dev.tidewait.proxy.ProxyServer;
import dev.tidewait.proxy.ProxyServer.StopReport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration at work: event loops, source ports, listeners and admin endpoint, all of them or none. Used by the main thread.
 */
final class RunningProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningProxy.class);

    /** How long it may take to reset what is left after the drain time-out. */
    private static final Duration RESET_LIMIT = Duration.ofSeconds(10);

    /** In the order of closing. The source ports come after the event loops: a connection's end is still entered there. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final EventLoops loops;
    private final Outgoing outgoing;
    private final AccessLogWriter accessLog = new AccessLogWriter();
    private final ProxyServer server;
    private final Reload reload;
    private final ReloadCounters reloads = new ReloadCounters();
    private final Optional<AdminServer> admin;
    private volatile boolean draining;

    /**
     * Opens everything.
     *
     * @param file where the configuration came from; empty = it is the defaults
     * @param trace where every reuse of a four-tuple shall be written to
     * @throws BindException if an address to listen on cannot be had
     * @throws IOException if the event loops or the trace cannot be opened
     * @throws UnusableLogException if the access log cannot be opened
     * @throws RuntimeException if the source ports cannot be had, see {@link Outgoing#open}
     */
    RunningProxy(Configuration configuration, Optional<Path> file, Optional<Path> trace) throws IOException {
        boolean complete = false;
        try {
            // What the kernel has to be asked takes about as long as what Netty has to get ready.
            OpeningLoops opening = OpeningLoops.begin(() -> openLoops(configuration));
            opened.addLast(opening);
            MeasuredFloors floors = new MeasuredFloors();
            floors.look(configuration, Instant.now());
            ClaimedPorts claimed = Outgoing.claim(configuration, floors);
            loops = await(opening, claimed);
            outgoing = Outgoing.open(configuration, floors, claimed, loops);
            opened.addLast(outgoing);
            OutgoingCounters connections = new OutgoingCounters();
            outgoing.listen(connections);
            if (trace.isPresent()) {
                LeaseTrace traced = LeaseTrace.to(trace.get());
                opened.addLast(traced);
                outgoing.listen(new TwoListeners(connections, traced));
            }
            ProxyCounters exchanges = new ProxyCounters();
            opened.addLast(accessLog); // after the event loops: the last exchanges end with them
            accessLog.use(configuration.accessLog().map(LogSink::open));
            server = ProxyServer.start(
                    loops, outgoing.connector(), SettingsMapping.proxy(configuration), exchanges, accessLog);
            opened.addFirst(server::stop);
            reload = new Reload(file, configuration, server, outgoing, accessLog, reloads);
            admin = configuration.admin().isPresent()
                    ? Optional.of(openAdmin(configuration.admin().get(), exchanges, connections))
                    : Optional.empty();
            admin.ifPresent(opened::addFirst);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private static EventLoops await(OpeningLoops opening, ClaimedPorts claimed) throws IOException {
        try {
            return opening.await();
        } catch (IOException | RuntimeException e) {
            claimed.close();
            throw e;
        }
    }

    private static EventLoops openLoops(Configuration configuration) throws IOException {
        int count = configuration.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors());
        return switch (configuration.transport()) {
            case AUTO -> EventLoops.open(count);
            case EPOLL -> EventLoops.open(Transport.EPOLL, count);
            case IO_URING -> EventLoops.open(Transport.IO_URING, count);
            case NIO -> EventLoops.open(Transport.NIO, count);
        };
    }

    private AdminServer openAdmin(AdminSection section, ProxyCounters exchanges, OutgoingCounters connections)
            throws BindException {
        return AdminServer.start(
                loops.group(),
                loops.transport().serverChannel(),
                section.bind(),
                section.allowRemote(),
                Map.of(
                        "/healthz", new HealthPage(() -> !draining),
                        "/metrics",
                                new MetricsPage(
                                        exchanges,
                                        connections,
                                        outgoing,
                                        new AccessLogMetricFamilies(accessLog.counters()),
                                        reloads,
                                        new NameMetricFamilies(server::nameStatistics),
                                        new HttpMetricFamilies(exchanges, server::idleServerCount)),
                        "/ports", new PortsPage(outgoing)),
                Map.of("/reload", new ReloadPage(reload::reload)));
    }

    /** What applies now. */
    Configuration configuration() {
        return reload.running();
    }

    /** Reads the configuration file again. */
    ReloadOutcome reload() {
        return reload.reload();
    }

    EventLoops loops() {
        return loops;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    /** The access log was renamed. */
    void reopenAccessLog() {
        accessLog.reopen();
    }

    /** Where a listener really listens. */
    InetSocketAddress address(String listener) {
        return server.address(listener);
    }

    /** Where the admin endpoint really listens; empty if it is off. */
    Optional<InetSocketAddress> adminAddress() {
        return admin.map(AdminServer::address);
    }

    /**
     * Stops accepting, waits for open exchanges as long as {@code timeouts.drain} says, resets the rest. The admin endpoint answers
     * until {@link #close()}.
     *
     * @throws TimeoutException if not even resetting came to an end
     */
    void drain() throws InterruptedException, TimeoutException {
        draining = true;
        long limitMillis = configuration().timeouts().drain().plus(RESET_LIMIT).toMillis();
        LOG.info("stopping: {} open, waiting for at most {} s", server.activeCount(), limitMillis / 1000);
        try {
            StopReport report = server.stop().get(limitMillis, TimeUnit.MILLISECONDS);
            LOG.info("stopped: {} reset", report.resetCount());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the listeners could not be stopped", e.getCause());
        }
    }

    @Override
    public void close() {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                LOG.warn("cannot close {}", one, e); // the others must still be closed
            }
        }
        opened.clear();
    }
}

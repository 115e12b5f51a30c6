package dev.tidewait.app;

import dev.tidewait.app.admin.PortsView;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.floor.MeasuredFloor;
import dev.tidewait.app.floor.MeasuredFloors;
import dev.tidewait.netty.ClaimedPorts;
import dev.tidewait.netty.ConnectionListener;
import dev.tidewait.netty.Connector;
import dev.tidewait.netty.LeasedConnector;
import dev.tidewait.netty.OutgoingPorts;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import dev.tidewait.proxy.EventLoops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything behind outgoing connections: sources, ports, ledgers, the kernel. The one place in {@code app} that makes a
 * {@link Connector}. Any thread; closed after the event loops have ended.
 */
final class Outgoing implements PortsView, AutoCloseable {
    /** Behind the moment at which a report gets too old, so that it is. */
    private static final Duration LOOK_LATER = Duration.ofMillis(50);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

    private final MeasuredFloors floors;
    private final OutgoingPorts ports;
    private final Connector connector;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tidewait-floors").factory());

    /** What applies now. Guarded by this. */
    private Configuration configuration;

    /** Guarded by this. */
    private Optional<ScheduledFuture<?>> nextLook = Optional.empty();

    private Outgoing(Configuration configuration, MeasuredFloors floors, OutgoingPorts ports) {
        this.configuration = configuration;
        this.floors = floors;
        this.ports = ports;
        this.connector = new LeasedConnector(ports);
    }

    /**
     * Takes the source ports and looks at what is known of them; needs no event loop.
     *
     * @throws UnusableSourceException if this host does not have an address that the configuration names
     * @throws PortsUnavailableException if the ports overlap the kernel's own, or another instance has them
     */
    static ClaimedPorts claim(Configuration configuration, MeasuredFloors floors) {
        return ClaimedPorts.claim(SettingsMapping.ports(configuration, floors));
    }

    /**
     * Makes connections from claimed ports possible.
     *
     * @param claimed closed with the result
     * @param floors with which they were claimed
     * @param loops the event loops that will connect
     */
    static Outgoing open(Configuration configuration, MeasuredFloors floors, ClaimedPorts claimed, EventLoops loops) {
        Outgoing outgoing =
                new Outgoing(configuration, floors, OutgoingPorts.open(claimed, loops.transport(), loops.group()));
        outgoing.lookWhenOutdated();
        return outgoing;
    }

    /** Lets the floors of this configuration apply, and reads again what was measured, see {@link OutgoingPorts#regulate}. */
    synchronized void regulate(Configuration next) {
        configuration = next;
        lookAgain();
    }

    private synchronized void lookAgain() {
        if (timer.isShutdown()) {
            return; // the ports are closed
        }
        try {
            floors.look(configuration, Instant.now());
            ports.regulate(SettingsMapping.floors(configuration, floors));
            lookWhenOutdated();
        } catch (RuntimeException e) {
            LOG.error(
                    "the floors could not be set; trying again in {}, until then those of before apply", TRY_AGAIN, e);
            lookAt(Optional.of(Instant.now().plus(TRY_AGAIN)));
        }
    }

    /** A report that gets too old counts no more, also if nobody asks for a reload. */
    private synchronized void lookWhenOutdated() {
        lookAt(floors.nextLook());
    }

    private synchronized void lookAt(Optional<Instant> moment) {
        nextLook.ifPresent(before -> before.cancel(false));
        nextLook = moment.map(this::scheduled);
    }

    private ScheduledFuture<?> scheduled(Instant at) {
        Duration left = Duration.between(Instant.now(), at).plus(LOOK_LATER);
        return timer.schedule(this::lookAgain, Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
    }

    @Override
    public List<MeasuredFloor> measuredFloors() {
        return floors.all();
    }

    Connector connector() {
        return connector;
    }

    /** Who is told of every connection; set it before the first one. */
    void listen(ConnectionListener listener) {
        ports.listen(listener);
    }

    @Override
    public List<PoolSnapshot> pools() {
        return ports.ledgers().snapshots(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    @Override
    public PortSet usable() {
        return ports.usable().ports();
    }

    /** What this host lacks or could do better, one sentence each. */
    List<String> advice() {
        return ports.advice();
    }

    @Override
    public long destroyedCount() {
        return ports.destroyedCount();
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        ports.close();
    }
}

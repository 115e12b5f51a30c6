package dev.tidewait.app;

import dev.tidewait.app.admin.PortsView;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.netty.ClaimedPorts;
import dev.tidewait.netty.ConnectionListener;
import dev.tidewait.netty.Connector;
import dev.tidewait.netty.LeasedConnector;
import dev.tidewait.netty.OutgoingPorts;
import dev.tidewait.netty.PortsUnavailableException;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import dev.tidewait.proxy.EventLoops;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Everything behind outgoing connections: sources, ports, ledgers, the kernel. The one place in {@code app} that makes a
 * {@link Connector}. Any thread; closed after the event loops have ended.
 */
final class Outgoing implements PortsView, AutoCloseable {
    private final OutgoingPorts ports;
    private final Connector connector;

    private Outgoing(OutgoingPorts ports) {
        this.ports = ports;
        this.connector = new LeasedConnector(ports);
    }

    /**
     * Takes the source ports and looks at what is known of them; needs no event loop.
     *
     * @throws UnusableSourceException if this host does not have an address that the configuration names
     * @throws PortsUnavailableException if the ports overlap the kernel's own, or another instance has them
     */
    static ClaimedPorts claim(Configuration configuration) {
        return ClaimedPorts.claim(SettingsMapping.ports(configuration));
    }

    /**
     * Makes connections from claimed ports possible.
     *
     * @param claimed closed with the result
     * @param loops the event loops that will connect
     */
    static Outgoing open(ClaimedPorts claimed, EventLoops loops) {
        return new Outgoing(OutgoingPorts.open(claimed, loops.transport(), loops.group()));
    }

    /** Lets the floors of this configuration apply, see {@link OutgoingPorts#regulate}. */
    void regulate(Configuration configuration) {
        ports.regulate(SettingsMapping.floors(configuration));
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
    public void close() {
        ports.close();
    }
}

package dev.tidewait.lab.race;

import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Origin;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.Tunnels;
import java.net.InetSocketAddress;

/** The servers behind the contestants: one, or 10,000. No state. */
final class Servers {
    /** The first port of each address is the usual one. */
    static final int PORTS_EACH = 40;

    private static final int ADDRESSES = 250;

    private Servers() {}

    static Origin start(Work work, Topology topology) {
        return work == Work.DESTINATIONS
                ? Origin.startMany(
                        topology.server(),
                        new InetSocketAddress(topology.attachManyServers(), Topology.ORIGIN_PORT),
                        ADDRESSES,
                        PORTS_EACH)
                : Origin.start(topology.server(), topology.origin());
    }

    /** Where clients of a forward proxy ask to go. */
    static Tunnels tunnels(Work work, Topology topology) {
        return work == Work.DESTINATIONS
                ? new Tunnels(
                        LoadPlan.endpoint(new InetSocketAddress(topology.firstOfManyServers(), Topology.ORIGIN_PORT)),
                        ADDRESSES,
                        PORTS_EACH)
                : Tunnels.to(LoadPlan.endpoint(topology.origin()));
    }
}

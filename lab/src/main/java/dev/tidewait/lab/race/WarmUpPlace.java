package dev.tidewait.lab.race;

import dev.tidewait.lab.Topology;
import java.net.InetSocketAddress;

/**
 * A second listener that leads to a second server, where the ports towards the first one are to be as no warm-up left them. No state.
 */
final class WarmUpPlace {
    private WarmUpPlace() {}

    static boolean isNeeded(Work work) {
        return work == Work.CONNECT_EMPTY || work == Work.CONNECT_COOLING;
    }

    static InetSocketAddress listener(Topology topology) {
        return new InetSocketAddress(topology.proxyListener().getAddress(), Topology.PROXY_PORT + 1);
    }

    static InetSocketAddress origin(Topology topology) {
        return new InetSocketAddress(topology.origin().getAddress(), Topology.ORIGIN_PORT + 1);
    }
}

package dev.tidewait.app.plan;

import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.ports.PortSet;

/**
 * What the plan takes from this host (from the calling thread's network namespace). Immutable.
 *
 * @param range net.ipv4.ip_local_port_range
 * @param reserved net.ipv4.ip_local_reserved_ports
 * @param maxTimeWaitBuckets net.ipv4.tcp_max_tw_buckets
 */
record ThisHost(PortRange range, PortSet reserved, long maxTimeWaitBuckets) {
    private static final PortSet UNPRIVILEGED = PortSet.range(1024, 65_535);

    /** @throws dev.tidewait.linux.LinuxException if they cannot be read */
    static ThisHost read() {
        return new ThisHost(
                Sysctl.ipLocalPortRange(),
                PortSet.of(Sysctl.ipLocalReservedPorts().toBitSet()),
                Sysctl.tcpMaxTwBuckets());
    }

    /** Those from which connect() chooses. */
    PortSet automatic() {
        return ofRange().minus(reserved);
    }

    /** Those from which Tidewait connects without further settings, if nothing listens on them. */
    PortSet others() {
        return UNPRIVILEGED.minus(ofRange()).minus(reserved);
    }

    String origin() {
        int left = ofRange().and(reserved).size();
        return "this host: net.ipv4.ip_local_port_range " + range + (left == 0 ? "" : ", less " + left + " reserved");
    }

    private PortSet ofRange() {
        return PortSet.range(Math.max(1, range.lowest()), range.highest());
    }
}

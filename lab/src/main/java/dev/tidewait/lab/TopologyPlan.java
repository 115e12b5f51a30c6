package dev.tidewait.lab;

/**
 * What stands between client and server. Immutable; start from {@link #STANDARD}.
 *
 * @param ipv6 IPv6 instead of IPv4 everywhere
 * @param router a masquerading NAT router between proxy and server
 * @param proxySources addresses of the proxy towards the server
 * @param automaticPorts the proxy's ip_local_port_range, as "LOW HIGH"; the product uses the ports outside
 * @param maxTimeWait the proxy's tcp_max_tw_buckets; the server always has the standard plan's
 * @param clientTimestamps TCP timestamps in the client's namespace
 * @param proxyTimestamps in the proxy's
 * @param serverTimestamps in the server's
 * @param kernelDefaults the proxy's namespace keeps every sysctl as the kernel made it; automaticPorts, maxTimeWait and proxyTimestamps
 *     say nothing then
 */
public record TopologyPlan(
        boolean ipv6,
        boolean router,
        int proxySources,
        String automaticPorts,
        int maxTimeWait,
        boolean clientTimestamps,
        boolean proxyTimestamps,
        boolean serverTimestamps,
        boolean kernelDefaults) {

    /**
     * IPv4, no router, one source; the automatic ports narrowed so that 1024–63999 (62,976) are the product's; room for the
     * TIME_WAIT of 62 s at 40,000 closes a second on both sides of the proxy.
     */
    public static final TopologyPlan STANDARD =
            new TopologyPlan(false, false, 1, "64000 65535", 4_000_000, true, true, true, false);

    public TopologyPlan {
        if (proxySources < 1 || proxySources > 100) {
            throw new IllegalArgumentException("sources of the proxy: " + proxySources + ", must be 1 to 100");
        }
    }

    public TopologyPlan withIpv6(boolean on) {
        return new TopologyPlan(
                on,
                router,
                proxySources,
                automaticPorts,
                maxTimeWait,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                kernelDefaults);
    }

    public TopologyPlan withRouter(boolean on) {
        return new TopologyPlan(
                ipv6,
                on,
                proxySources,
                automaticPorts,
                maxTimeWait,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                kernelDefaults);
    }

    public TopologyPlan withProxySources(int count) {
        return new TopologyPlan(
                ipv6,
                router,
                count,
                automaticPorts,
                maxTimeWait,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                kernelDefaults);
    }

    /** @param range as "LOW HIGH" */
    public TopologyPlan withAutomaticPorts(String range) {
        return new TopologyPlan(
                ipv6,
                router,
                proxySources,
                range,
                maxTimeWait,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                kernelDefaults);
    }

    public TopologyPlan withMaxTimeWait(int buckets) {
        return new TopologyPlan(
                ipv6,
                router,
                proxySources,
                automaticPorts,
                buckets,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                kernelDefaults);
    }

    public TopologyPlan withTimestamps(boolean client, boolean proxy, boolean server) {
        return new TopologyPlan(
                ipv6, router, proxySources, automaticPorts, maxTimeWait, client, proxy, server, kernelDefaults);
    }

    /** The proxy on a host that nobody tuned. */
    public TopologyPlan withKernelDefaults() {
        return new TopologyPlan(
                ipv6,
                router,
                proxySources,
                automaticPorts,
                maxTimeWait,
                clientTimestamps,
                proxyTimestamps,
                serverTimestamps,
                true);
    }
}

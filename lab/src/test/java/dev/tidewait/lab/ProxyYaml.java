package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/** Configurations of the product for a topology: both kinds of listeners, open to its clients. No state. */
final class ProxyYaml {
    private static final int CONNECT_PORT = 3128;

    private ProxyYaml() {}

    /** Where the HTTP listener is; the TCP listener is at {@link Topology#proxyListener()}. */
    static InetSocketAddress connectListener(Topology topology) {
        return new InetSocketAddress(topology.proxyListener().getAddress(), CONNECT_PORT);
    }

    /**
     * The text of a file.
     *
     * @param upstream of the TCP listener
     * @param ports source ports
     * @param settings further lines, top level
     */
    static String text(Topology topology, InetSocketAddress upstream, String ports, String... settings) {
        return """
                listeners:
                  - { name: web, type: http-proxy, bind: "%s" }
                  - { name: relay, type: tcp, bind: "%s", upstream: origin }
                upstreams: { origin: { servers: ["%s"] } }
                sources: { addresses: ["%s"], ports: "%s" }
                access: { allow: [10.71.0.0/16], connect-ports: [1-65535] }
                %s
                """.formatted(
                        LoadPlan.endpoint(connectListener(topology)),
                        LoadPlan.endpoint(topology.proxyListener()),
                        LoadPlan.endpoint(upstream),
                        topology.proxySources().getFirst().getHostAddress(),
                        ports,
                        String.join("\n", settings));
    }

    static ProxyUnderTest start(Topology topology, InetSocketAddress upstream, String ports, String... settings) {
        return ProxyUnderTest.start(
                topology.proxy(), text(topology, upstream, ports, settings), UnaryOperator.identity());
    }

    /** Live leases, all destinations. */
    static long leased(ProxyUnderTest proxy) {
        return sum(proxy, "leased");
    }

    /** Released four-tuples that rest, all destinations. */
    static long cooling(ProxyUnderTest proxy) {
        return sum(proxy, "cooling");
    }

    /** Leases since the start, all destinations. */
    static long leases(ProxyUnderTest proxy) {
        return sum(proxy, "leases");
    }

    /** Connects that stand in line for a port. */
    static long waiting(ProxyUnderTest proxy) {
        return destinations(proxy).stream()
                .mapToLong(one -> one.number("waiting"))
                .sum();
    }

    private static long sum(ProxyUnderTest proxy, String field) {
        return destinations(proxy).stream()
                .flatMap(one -> one.objects("sources").stream())
                .mapToLong(source -> source.number(field))
                .sum();
    }

    private static List<JsonObject> destinations(ProxyUnderTest proxy) {
        return JsonObject.parse(proxy.admin("/ports")).objects("destinations");
    }
}

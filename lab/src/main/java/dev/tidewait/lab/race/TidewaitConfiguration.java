package dev.tidewait.lab.race;

import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Topology;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What Tidewait is told: where to listen and where to connect, and else only what the work itself asks for. No state. */
final class TidewaitConfiguration {
    private TidewaitConfiguration() {}

    /**
     * The whole file.
     *
     * @param ports as LOW-HIGH
     */
    static String of(Work work, Topology topology, String ports) {
        List<String> lines = new ArrayList<>(List.of("listeners:"));
        boolean isTcp = work.passage() == Passage.BYTES;
        lines.add(listener("race", topology.proxyListener(), isTcp));
        if (WarmUpPlace.isNeeded(work)) {
            lines.add(listener("warm", WarmUpPlace.listener(topology), isTcp));
        }
        if (isTcp) {
            lines.add("upstreams:");
            lines.add(upstream("race", topology.origin()));
            if (WarmUpPlace.isNeeded(work)) {
                lines.add(upstream("warm", WarmUpPlace.origin(topology)));
            }
        } else {
            lines.add("access: { allow: [10.71.0.0/16], connect-ports: [" + Topology.ORIGIN_PORT + "-"
                    + (Topology.ORIGIN_PORT + Servers.PORTS_EACH - 1) + "] }");
        }
        if (work.passage() == Passage.HTTP) {
            lines.add("http: { keepAlive: false }");
        }
        String addresses = topology.proxySources().stream()
                .map(address -> '"' + address.getHostAddress() + '"')
                .collect(Collectors.joining(", "));
        lines.add("sources: { addresses: [" + addresses + "], ports: \"" + ports + "\" }");
        // Who is still there at its end is no matter of the race.
        lines.add("timeouts: { drain: 0s }");
        return String.join("\n", lines) + "\n";
    }

    private static String listener(String name, InetSocketAddress bind, boolean isTcp) {
        return "  - { name: " + name + ", bind: \"" + LoadPlan.endpoint(bind) + "\", "
                + (isTcp ? "type: tcp, upstream: " + name : "type: http-proxy") + " }";
    }

    private static String upstream(String name, InetSocketAddress server) {
        return "  " + name + ": { servers: [\"" + LoadPlan.endpoint(server) + "\"] }";
    }
}

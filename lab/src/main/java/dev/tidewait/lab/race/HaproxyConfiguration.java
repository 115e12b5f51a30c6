package dev.tidewait.lab.race;

import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Topology;
import java.net.InetSocketAddress;

/**
 * What HAProxy is told: Debian's time-outs, room for 8,000 tunnels and some more (two descriptors each, of 20,000 that a process usually may have),
 * and else only what the work itself asks for. No state.
 */
final class HaproxyConfiguration {
    private HaproxyConfiguration() {}

    /**
     * The whole file.
     *
     * @param ports as LOW-HIGH; empty = the kernel's choice
     */
    static String of(Work work, Topology topology, String ports) {
        String source = ports.isEmpty()
                ? ""
                : " source " + topology.proxySources().getFirst().getHostAddress() + ":" + ports;
        StringBuilder text = new StringBuilder("""
                global
                  maxconn 9000
                defaults
                  timeout connect 5s
                  timeout client 50s
                  timeout server 50s
                """);
        text.append(mode(work));
        append(text, "race", topology.proxyListener(), topology.origin(), source);
        if (WarmUpPlace.isNeeded(work)) {
            append(text, "warm", WarmUpPlace.listener(topology), WarmUpPlace.origin(topology), source);
        }
        return text.toString();
    }

    /** A CONNECT is passed on to the server, which gives the answer: HAProxy 2.6 makes no tunnels of its own. */
    private static String mode(Work work) {
        return switch (work.passage()) {
            case BYTES -> "  mode tcp\n";
            case HTTP -> "  mode http\n  option http-server-close\n";
            case HTTP_KEPT -> "  mode http\n  http-reuse always\n";
            case TUNNEL -> "  mode http\n";
        };
    }

    private static void append(
            StringBuilder text, String name, InetSocketAddress listen, InetSocketAddress server, String source) {
        text.append("""
                frontend %s
                  bind %s
                  default_backend %s
                backend %s
                  server origin %s%s
                """.formatted(name, LoadPlan.endpoint(listen), name, name, LoadPlan.endpoint(server), source));
    }
}

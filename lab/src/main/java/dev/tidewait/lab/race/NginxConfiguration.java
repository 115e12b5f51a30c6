package dev.tidewait.lab.race;

import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.program.PeerConfiguration;
import dev.tidewait.lab.program.PeerProgram;
import java.nio.file.Path;

/** What nginx is told. No state. */
final class NginxConfiguration {
    /** As many as are in flight; nginx keeps them for each worker. */
    private static final int KEPT = 64;

    private NginxConfiguration() {}

    /** The whole file. */
    static String of(Work work, Topology topology, Path folder) {
        return switch (work.passage()) {
            case BYTES -> plain(PeerProgram.NGINX_STREAM, topology, folder);
            case HTTP -> plain(PeerProgram.NGINX_HTTP, topology, folder);
            case HTTP_KEPT -> withKeptConnections(plain(PeerProgram.NGINX_HTTP, topology, folder), topology);
            case TUNNEL -> throw new IllegalArgumentException("nginx makes no tunnels");
        };
    }

    private static String plain(PeerProgram program, Topology topology, Path folder) {
        return PeerConfiguration.of(program, topology.proxyListener(), topology.origin(), folder, "");
    }

    private static String withKeptConnections(String text, Topology topology) {
        String origin = LoadPlan.endpoint(topology.origin());
        return text.replace(
                        "http {",
                        "http {\n  keepalive_requests 1000000;\n  upstream kept { server " + origin + "; keepalive "
                                + KEPT + "; keepalive_requests 1000000; }")
                .replace("proxy_pass http://" + origin, "proxy_pass http://kept");
    }
}

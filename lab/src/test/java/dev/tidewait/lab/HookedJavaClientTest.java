package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidewait.lab.product.HookCount;
import dev.tidewait.lab.product.TidewaitRun;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java program under {@code tidewait run}: {@link DirectJavaClient}, whose sockets are of IPv6 whatever they connect to. */
@NeedsRoot
@Timeout(60)
class HookedJavaClientTest {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 100;
    /** Two rounds; the first connect to a destination goes the kernel's way. */
    private static final int COUNT = 2 * PORTS + 1;
    /** A round takes three times the floor, so that each port has rested when its turn comes, on a busy machine as well. */
    private static final int PAUSE_MILLIS = 20;
    /** 3.5 times the least RTO of the kernel, 200 ms: the row's own floor, whatever --floor says below it. */
    private static final int LEAST_MILLIS = 700;

    private static final Duration DEADLINE = Duration.ofSeconds(45);

    /** ::ffff:0:0/96, in the words of /proc/net/tcp6 on a little-endian machine. */
    private static final String MAPPED = "0000000000000000FFFF0000";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveSocketsTheOldestPort(boolean ipv6) throws Exception {
        try (Topology bed = Topology.proxied(TopologyPlan.STANDARD.withIpv6(ipv6));
                EchoOrigin origin = EchoOrigin.start(bed.server(), Topology.ORIGIN_PORT)) {
            HookCount count = run(bed, "socket", ipv6);

            List<Integer> ports = new ArrayList<>();
            while (ports.size() < COUNT) {
                ports.add(origin.nextClient().getPort());
            }
            requireOldestFirst(ports, count);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveTheHttpClientTheOldestPort(boolean ipv6) throws Exception {
        try (Topology bed = Topology.proxied(TopologyPlan.STANDARD.withIpv6(ipv6))) {
            List<Integer> ports = Collections.synchronizedList(new ArrayList<>());
            HttpServer origin = httpServer(bed, ports);
            try {
                HookCount count = run(bed, "httpclient", ipv6);

                requireOldestFirst(ports, count);
            } finally {
                origin.stop(0);
            }
        }
    }

    private static HookCount run(Topology bed, String kind, boolean ipv6) {
        InetSocketAddress origin = bed.origin();
        List<String> client = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DirectJavaClient.class.getName(),
                kind,
                origin.getAddress().getHostAddress(),
                Integer.toString(origin.getPort()),
                Integer.toString(COUNT),
                Integer.toString(PAUSE_MILLIS));
        List<String> options =
                List.of("--ports", FIRST_PORT + "-" + (FIRST_PORT + PORTS - 1), "--floor", "timestamps=100ms");
        try (TidewaitRun run = new TidewaitRun(options);
                LeashedProcess process =
                        LeashedProcess.start(bed.proxy(), "java client", DEADLINE, line -> {}, run.around(client))) {
            String peer = process.awaitOutput(DEADLINE).strip();
            assertThat(peer).hasSize(32);
            assertThat(peer.startsWith(MAPPED)).as(peer).isEqualTo(!ipv6);
            return run.count();
        }
    }

    /** Answers with one byte, closes, and notes where each request came from. */
    private static HttpServer httpServer(Topology bed, List<Integer> ports) {
        HttpServer server = bed.server().call(() -> HttpServer.create(bed.origin(), 0));
        server.createContext("/", exchange -> {
            ports.add(exchange.getRemoteAddress().getPort());
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write('x');
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void requireOldestFirst(List<Integer> ports, HookCount count) {
        assertThat(ports).hasSize(COUNT);
        List<Integer> chosen = ports.subList(1, COUNT);
        List<Integer> round = chosen.subList(0, PORTS);
        assertThat(new HashSet<>(round))
                .hasSize(PORTS)
                .allMatch(port -> port >= FIRST_PORT && port < FIRST_PORT + PORTS);
        for (int at = 0; at < chosen.size(); at++) {
            assertThat(chosen.get(at)).as("port of connect %d", at).isEqualTo(round.get(at % PORTS));
        }
        assertThat(count.chosen()).as(count.toString()).isEqualTo(COUNT - 1);
        assertThat(count.leftAlone()).as(count.toString()).isEqualTo(1);
        assertThat(count.youngestMillis()).as(count.toString()).isGreaterThanOrEqualTo(LEAST_MILLIS);
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More long connections than ports: they stand in line, and at their deadline they are told why. */
@NeedsRoot
@Timeout(120)
class PortShortageTest {
    private static final int PORT_COUNT = 10;
    private static final int CLIENT_COUNT = 50;
    private static final String PORTS = "20000-20009";
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Between two ports that come free: far more than the proxy needs to serve one. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(120);

    private final List<TunnelClient> clients = new ArrayList<>();
    private Topology topology;
    private Origin origin;

    @BeforeEach
    void setUp() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        origin = Origin.start(topology.server(), topology.origin());
    }

    @AfterEach
    void tearDown() throws IOException {
        closeClients();
        origin.close();
        topology.close();
    }

    @Test
    void shouldServeThoseInLineInOrderAsPortsComeFree() throws Exception {
        try (ProxyUnderTest proxy = start("timeouts: { portWait: 60s }")) {
            connectAsManyAsPorts();
            while (clients.size() < CLIENT_COUNT) {
                clients.add(TunnelClient.asking(topology, LoadPlan.endpoint(topology.origin())));
                int inLine = clients.size() - PORT_COUNT;
                Eventually.holds(inLine + " stand in line", DEADLINE, () -> ProxyYaml.waiting(proxy) == inLine);
            }
            assertThat(ProxyYaml.leased(proxy)).isEqualTo(PORT_COUNT);

            Deque<TunnelClient> served = new ArrayDeque<>(clients.subList(0, PORT_COUNT));
            Deque<TunnelClient> line = new ArrayDeque<>(clients.subList(PORT_COUNT, CLIENT_COUNT));
            long[] nextLeaves = {System.nanoTime()};
            Eventually.holds("everybody is served", DEADLINE, () -> {
                if (!served.isEmpty() && System.nanoTime() - nextLeaves[0] >= 0) {
                    leave(served.removeFirst());
                    nextLeaves[0] += PACE_NANOS;
                }
                admit(line, served);
                return line.isEmpty();
            });
            served.forEach(PortShortageTest::leave);
            awaitNoLease(proxy);
            assertThat(ProxyYaml.waiting(proxy)).isZero();
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    /** Moves whoever has an answer; they must be the first of the line. */
    private static void admit(Deque<TunnelClient> line, Deque<TunnelClient> served) {
        try {
            // From the end: so nobody can overtake between one look and the next.
            int answered = 0;
            for (TunnelClient client : line.reversed()) {
                answered += client.hasAnswer() ? 1 : 0;
            }
            for (int i = 0; i < answered; i++) {
                TunnelClient next = line.removeFirst();
                assertThat(next.hasAnswer())
                        .as("the first of the line is served first")
                        .isTrue();
                assertThat(next.head()).startsWith("HTTP/1.1 200");
                served.addLast(next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a connection as a client does. */
    private static void leave(TunnelClient client) {
        try (client) {
            client.send("c");
            assertThat(client.read()).isNotEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldTellClientsOfConnectWhyThereWasNoPort() throws Exception {
        try (ProxyUnderTest proxy = start("timeouts: { portWait: 2s }")) {
            connectAsManyAsPorts();
            long asked = System.nanoTime();
            String destination = LoadPlan.endpoint(topology.origin());
            for (int i = PORT_COUNT; i < CLIENT_COUNT; i++) {
                clients.add(TunnelClient.asking(topology, destination));
            }
            for (TunnelClient refused : clients.subList(PORT_COUNT, CLIENT_COUNT)) {
                String head = refused.head();
                assertThat(System.nanoTime() - asked).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_990));
                assertThat(head).startsWith("HTTP/1.1 503 ");
                assertThat(head.lines().filter(line -> line.startsWith("Proxy-Status: ")))
                        .singleElement()
                        .asString()
                        .contains("tidewait; error=connection_limit_reached")
                        .satisfies(status -> assertNamesDestinationPortsAndFix(status, destination));
                assertNamesDestinationPortsAndFix(refused.rest(), destination);
            }
            assertThat(ProxyYaml.leased(proxy)).isEqualTo(PORT_COUNT);
            assertThat(ProxyYaml.waiting(proxy)).isZero();
            closeClients();
            awaitNoLease(proxy);
        }
    }

    @Test
    void shouldCloseClientsOfTcpAndLogWhyThereWasNoPort() throws Exception {
        try (ProxyUnderTest proxy = start("timeouts: { portWait: 1s }")) {
            InetSocketAddress listener = topology.proxyListener();
            for (int i = 0; i < PORT_COUNT; i++) {
                TunnelClient client = TunnelClient.to(topology, listener);
                clients.add(client);
                client.send("c");
                assertThat(client.read()).isNotEqualTo(-1);
            }
            try (TunnelClient refused = TunnelClient.to(topology, listener)) {
                assertThat(refused.read()).isEqualTo(-1);
            }
            proxy.awaitLog(line -> line.contains("closed client"), DEADLINE);
            assertThat(proxy.log().lines().filter(line -> line.contains("closed client")))
                    .singleElement()
                    .satisfies(line -> assertNamesDestinationPortsAndFix(line, LoadPlan.endpoint(topology.origin())));
            assertThat(ProxyYaml.leased(proxy)).isEqualTo(PORT_COUNT);
            closeClients();
            awaitNoLease(proxy);
        }
    }

    private static void assertNamesDestinationPortsAndFix(String text, String destination) {
        assertThat(text)
                .contains("no port to " + destination)
                .contains(PORT_COUNT + " ports from 1 source")
                .contains(PORT_COUNT + " live")
                .containsPattern("add .*(source|port)");
    }

    private ProxyUnderTest start(String setting) {
        return ProxyYaml.start(topology, topology.origin(), PORTS, setting);
    }

    private void connectAsManyAsPorts() throws IOException {
        for (int i = 0; i < PORT_COUNT; i++) {
            TunnelClient client = TunnelClient.asking(topology, LoadPlan.endpoint(topology.origin()));
            clients.add(client);
            assertThat(client.head()).startsWith("HTTP/1.1 200");
        }
    }

    private void closeClients() throws IOException {
        for (TunnelClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    private static void awaitNoLease(ProxyUnderTest proxy) {
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(proxy) == 0);
    }
}

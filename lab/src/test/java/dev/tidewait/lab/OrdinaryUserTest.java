package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The product as user nobody, without any capability: everything works but SOCK_DESTROY. */
@NeedsRoot
@Timeout(120)
@SuppressWarnings("NullAway.Init") // the class path is copied before all tests
class OrdinaryUserTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int PORT_COUNT = 6;
    private static final String PORTS = "20000-20005";
    private static final String SETTINGS = """
            timeWait: { floor: { sequence: 1s, unknown: 1s } }
            timeouts: { portWait: 3s }""";
    private static OrdinaryUser nobody;

    @BeforeAll
    static void copyTheClassPath() {
        nobody = OrdinaryUser.create();
    }

    @AfterAll
    static void removeTheCopy() {
        nobody.close();
    }

    @Test
    void shouldServeAndSayOnceWhatIsMissing() throws IOException {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy = start(topology)) {
            assertThat(Files.getAttribute(
                            Path.of("/proc", Long.toString(proxy.program().pid())), "unix:uid"))
                    .as("user of the proxy")
                    .isNotEqualTo(0);
            // With timestamps connect() takes TIME_WAIT over, and that needs no privilege.
            for (int i = 0; i < 2 * PORT_COUNT; i++) {
                assertThat(isServed(topology)).as("connection %d", i).isTrue();
            }
            assertThat(proxy.log().lines().filter(line -> line.contains("CAP_NET_ADMIN")))
                    .singleElement()
                    .asString()
                    .contains("cannot be destroyed", "60 s", "setcap", "AmbientCapabilities=CAP_NET_ADMIN");
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    @Test
    void shouldLeaveWhatHasNoTimestampsToTheKernel() throws IOException {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT);
                ProxyUnderTest proxy = start(topology)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            for (int i = 0; i < PORT_COUNT; i++) {
                assertThat(isServed(topology)).as("other ports still serve").isTrue();
            }
            assertThat(isServed(topology)).as("after three floors").isFalse();
            proxy.awaitLog(line -> line.contains("no port to"), DEADLINE);
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT)).isEqualTo(PORT_COUNT);
            assertThat(ProxyYaml.leased(proxy)).isZero();
            assertThat(observer.stop())
                    .returns((long) PORT_COUNT, ObserverReport::incarnations)
                    .returns(0L, ObserverReport::reuses);
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    private static ProxyUnderTest start(Topology topology) {
        return ProxyUnderTest.start(
                topology.proxy(), ProxyYaml.text(topology, topology.origin(), PORTS, SETTINGS), nobody.launcher());
    }

    /** One transaction that the client ends. */
    private static boolean isServed(Topology topology) throws IOException {
        try (TunnelClient client = TunnelClient.to(topology, topology.proxyListener())) {
            client.send("c");
            return client.read() >= 0;
        }
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names with two families, one of them swallowed on the way, and names that lead nowhere: the running product and a real kernel. */
@NeedsRoot
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamesTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** RFC 8305's delay between two attempts, which the product keeps. */
    private static final long DELAY_MILLIS = 250;

    private static final String PROXY_SIX = "fd71:0:0:2::b";
    private static final InetAddress SERVER_SIX = AddressPlan.parse("fd71:0:0:2::1");

    private Topology topology;
    private Origin origin;
    private NameServer names;
    private ProxyUnderTest proxy;

    @BeforeAll
    void setUp() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        InetAddress serverFour = topology.origin().getAddress();
        Command.ip(topology.proxy(), "address add " + PROXY_SIX + "/64 dev p1 nodad");
        Command.ip(
                topology.server(),
                "address add " + SERVER_SIX.getHostAddress() + "/64 dev " + topology.serverInterface() + " nodad");
        Command.nft(topology.server(), """
                table ip6 hole {
                  chain input {
                    type filter hook input priority filter;
                    tcp dport 80 drop
                  }
                }
                """);
        origin = Origin.start(topology.server(), topology.origin());
        names = NameServer.start(
                topology.server(),
                serverFour,
                Map.of(
                        "dual.test",
                        List.of(SERVER_SIX, serverFour),
                        "six.test",
                        List.of(SERVER_SIX),
                        "four.test",
                        List.of(serverFour)));
        String four = "addresses: [\"" + topology.proxySources().getFirst().getHostAddress() + "\"]";
        String yaml = ProxyYaml.text(
                topology,
                topology.origin(),
                "20000-20099",
                "names: { servers: [" + serverFour.getHostAddress() + "] }",
                "timeouts: { connect: 2s, resolve: 3s }");
        assertThat(yaml).contains(four);
        proxy = ProxyUnderTest.start(
                topology.proxy(),
                yaml.replace(four, four.replace("]", ", \"" + PROXY_SIX + "\"]")),
                UnaryOperator.identity());
    }

    @AfterEach
    void shouldLeaveNoLease() {
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(proxy) == 0);
        assertThat(ProxyYaml.waiting(proxy)).isZero();
    }

    @AfterAll
    void tearDown() {
        proxy.close();
        names.close();
        origin.close();
        topology.close();
    }

    @Test
    void shouldLoseAQuarterOfASecondWhereOneFamilyIsSwallowed() throws IOException {
        try (TunnelClient first = TunnelClient.asking(topology, "dual.test:80")) {
            assertThat(first.head()).startsWith("HTTP/1.1 200 ");
        }
        for (int i = 0; i < 5; i++) {
            long asked = System.nanoTime();
            try (TunnelClient client = TunnelClient.asking(topology, "dual.test:80")) {
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
                assertThat(tookMillis).isBetween(DELAY_MILLIS, DELAY_MILLIS + 100);
                client.send("c");
                assertThat(client.read()).isNotEqualTo(-1);
            }
        }
        assertThat(names.asked).containsOnlyOnce("A dual.test", "AAAA dual.test");
        // Each loser's port rests, as after any SYN without an answer.
        assertThat(proxy.admin("/ports")).contains("\"destination\":\"[fd71:");
    }

    @Test
    void shouldTellTheTimeOutWhereTheOnlyFamilyIsSwallowed() throws IOException {
        try (TunnelClient client = TunnelClient.asking(topology, "six.test:80")) {
            assertThat(client.head()).startsWith("HTTP/1.1 504 ").contains("error=connection_timeout");
        }
    }

    @Test
    void shouldServeNamesOfTheHostsFileAndOfTheNameServer() throws IOException {
        try (TunnelClient client = TunnelClient.asking(topology, "four.test:80")) {
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        }
        try (TunnelClient client = TunnelClient.asking(topology, "localhost:80")) {
            assertThat(client.head()).startsWith("HTTP/1.1 403 ").contains("destination_ip_prohibited");
        }
        assertThat(names.asked).noneMatch(asked -> asked.contains("localhost"));
    }

    @ParameterizedTest
    @CsvSource({
        "unknown.test, 502, dns_error, has no address",
        "fails.test, 502, dns_error, could not look up fails.test",
        "silent.test, 504, dns_timeout, gave no answer for silent.test",
    })
    void shouldTellApartWhyANameLedNowhere(String name, int status, String error, String text) throws IOException {
        try (TunnelClient client = TunnelClient.asking(topology, name + ":80")) {
            assertThat(client.head()).startsWith("HTTP/1.1 " + status + " ").contains("error=" + error);
            assertThat(client.rest()).contains(text);
        }
        assertThat(proxy.admin("/metrics"))
                .contains(
                        "tidewait_name_lookups_total{source=\"own_question\"}", "tidewait_name_lookup_failures_total");
    }
}

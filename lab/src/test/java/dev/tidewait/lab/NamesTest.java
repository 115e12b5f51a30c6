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

    private static final long SLACK_MILLIS = 100;

    private static final String PROXY_SIX = "2001:db8:71:2::b";
    private static final InetAddress OTHER_SIX = AddressPlan.parse("2001:db8:71:2::2");
    private static final InetAddress SERVER_SIX = AddressPlan.parse("2001:db8:71:2::1");

    private Topology topology;
    private Origin origin;
    private NameServer names;
    private ProxyUnderTest proxy;

    @BeforeAll
    void setUp() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        InetAddress serverFour = topology.origin().getAddress();
        Command.ip(topology.proxy(), "address add " + PROXY_SIX + "/64 dev p1 nodad");
        for (InetAddress address : List.of(SERVER_SIX, OTHER_SIX)) {
            Command.ip(
                    topology.server(),
                    "address add " + address.getHostAddress() + "/64 dev " + topology.serverInterface() + " nodad");
        }
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
    void shouldLoseAQuarterOfASecondWhereOneFamilyIsSwallowedAndNothingAfterAWhile() throws IOException {
        // The first look-up goes to the name server and meets cold code.
        assertThat(connectMillis()).isGreaterThanOrEqualTo(DELAY_MILLIS);
        for (int i = 0; i < 2; i++) {
            assertThat(connectMillis()).isBetween(DELAY_MILLIS, DELAY_MILLIS + SLACK_MILLIS);
        }
        // Overtaken three times: the family that works goes first, and the other takes no more ports.
        long leases = leasesToSix();
        assertThat(leases).isGreaterThanOrEqualTo(3);
        for (int i = 0; i < 5; i++) {
            assertThat(connectMillis()).isLessThan(SLACK_MILLIS);
        }
        assertThat(names.asked).containsOnlyOnce("A dual.test", "AAAA dual.test");
        assertThat(leasesToSix()).isEqualTo(leases);
    }

    private long leasesToSix() {
        return JsonObject.parse(proxy.admin("/ports")).objects("destinations").stream()
                .filter(destination -> destination.text("destination").startsWith("[2001:db8:71:2:0:0:0:1]"))
                .mapToLong(
                        destination -> destination.objects("sources").getFirst().number("leases"))
                .sum();
    }

    private long connectMillis() throws IOException {
        long asked = System.nanoTime();
        try (TunnelClient client = TunnelClient.asking(topology, "dual.test:80")) {
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
            client.send("c");
            assertThat(client.read()).isNotEqualTo(-1);
            return tookMillis;
        }
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

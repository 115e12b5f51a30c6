package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Mistakes of operators, clients and servers, met by one running product: each is told apart, and none costs a port. */
@NeedsRoot
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int USAGE = 2;
    private static final int TAKEN = 6;

    private Topology topology;
    private Origin origin;
    private SilentPeer blackHole;
    private ProxyUnderTest proxy;

    @BeforeAll
    void setUp() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        origin = Origin.start(topology.server(), topology.origin());
        blackHole = SilentPeer.start(topology, SilentPlan.FREEBSD.withDropAll(true));
        proxy = ProxyYaml.start(
                topology, topology.origin(), "20000-20099", "timeouts: { connect: 1s, clientHeader: 1s, resolve: 2s }");
    }

    @AfterEach
    void shouldLeaveNoLease() {
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(proxy) == 0);
        assertThat(ProxyYaml.waiting(proxy)).isZero();
    }

    @AfterAll
    void tearDown() {
        proxy.close();
        blackHole.close();
        origin.close();
        topology.close();
    }

    // ---- the operator ----

    @Test
    void shouldNameTheLineOfAMistypedKeyAndTheRightOne() {
        ProxyUnderTest.Refused refused = refused("timeouts: { conect: 3s }");
        assertThat(refused.exitCode()).isEqualTo(USAGE);
        assertThat(refused.log())
                .contains(":7:13: unknown key 'conect' in timeouts; did you mean 'connect'?")
                .doesNotContain("\tat ");
    }

    @Test
    void shouldRefuseToOverlapTheAutomaticPorts() {
        ProxyUnderTest.Refused refused = ProxyUnderTest.startRefused(
                topology.proxy(), ProxyYaml.text(topology, topology.origin(), "63000-64500", "admin: off"));
        assertThat(refused.exitCode()).isEqualTo(USAGE);
        assertThat(refused.log()).contains("ip_local_port_range", "64000-64500").doesNotContain("\tat ");
    }

    @Test
    void shouldSayWhichAddressToListenOnIsTaken() {
        ProxyUnderTest.Refused refused = ProxyUnderTest.startRefused(
                topology.proxy(), ProxyYaml.text(topology, topology.origin(), "30000-30099", "admin: off"));
        assertThat(refused.exitCode()).isEqualTo(TAKEN);
        assertThat(refused.log())
                .contains(LoadPlan.endpoint(ProxyYaml.connectListener(topology)), "in use")
                .doesNotContain("\tat ");
    }

    private ProxyUnderTest.Refused refused(String setting) {
        return ProxyUnderTest.startRefused(
                topology.proxy(), ProxyYaml.text(topology, topology.origin(), "30000-30099", setting));
    }

    // ---- the server ----

    @Test
    void shouldNameWhatCouldNotBeResolved() throws IOException {
        assertThat(answerToConnect("no-such-host.invalid:80"))
                .matches(answer -> answer.startsWith("HTTP/1.1 502 ") || answer.startsWith("HTTP/1.1 504 "))
                .containsPattern("error=dns_(error|timeout)")
                .contains("no-such-host.invalid");
    }

    @Test
    void shouldAnswer502WhereTheServerRefuses() throws IOException {
        String closed =
                LoadPlan.endpoint(new InetSocketAddress(topology.origin().getAddress(), 81));
        assertThat(answerToConnect(closed)).startsWith("HTTP/1.1 502 ").contains("error=connection_refused", closed);
    }

    @Test
    void shouldAnswer504WhereNobodyAnswers() throws IOException {
        String dark = LoadPlan.endpoint(blackHole.address());
        assertThat(answerToConnect(dark))
                .startsWith("HTTP/1.1 504 ")
                .contains("error=connection_timeout", dark, "1000 ms");
    }

    @Test
    void shouldPassOnTheResetOfTheServer() throws IOException {
        try (TunnelClient client = TunnelClient.asking(topology, LoadPlan.endpoint(topology.origin()))) {
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            client.send("r");
            assertThatThrownBy(client::rest).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    // ---- the client ----

    @Test
    void shouldAnswer408ToHalfARequestAndSilence() throws IOException {
        assertThat(answerTo("CONNECT 10.71.2.1:80 HTTP/1.1\r\nHost: 10"))
                .startsWith("HTTP/1.1 408 ")
                .contains("Proxy-Status: tidewait; error=http_request_error; status-code=408");
    }

    @Test
    void shouldAnswer431ToAnOversizedHead() throws IOException {
        String field = "X-Long: " + "x".repeat(1_000) + "\r\n";
        assertThat(answerTo("CONNECT 10.71.2.1:80 HTTP/1.1\r\nHost: a\r\n" + field.repeat(100)))
                .startsWith("HTTP/1.1 431 ")
                .contains("fewer or shorter fields");
    }

    @Test
    void shouldAnswer400ToWhatIsNotHttp() throws IOException {
        assertThat(answerTo("\u0016\u0003\u0001")).startsWith("HTTP/1.1 400 ").contains("TLS handshake");
    }

    private String answerToConnect(String hostAndPort) throws IOException {
        return answerTo(
                "CONNECT " + hostAndPort + " HTTP/1.1\r\nHost: " + hostAndPort + "\r\nConnection: close\r\n\r\n");
    }

    private String answerTo(String request) throws IOException {
        try (TunnelClient client = TunnelClient.to(topology, ProxyYaml.connectListener(topology))) {
            client.send(request);
            return client.rest();
        }
    }
}

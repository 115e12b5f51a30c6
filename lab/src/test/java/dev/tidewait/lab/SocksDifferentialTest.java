package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SOCKS5 byte for byte: Tidewait and Debian's microsocks, side by side in one namespace, get the same messages. What they answer is the
 * same, or differs in the way and for the reason that the script gives. One difference is everywhere: microsocks says 0.0.0.0:0 where
 * RFC 1928, section 6 wants the address and port of the outgoing connection; here they must be those that the server saw.
 */
@NeedsRoot
@Timeout(120)
class SocksDifferentialTest {
    private static final int TIDEWAIT_PORT = 1080;
    private static final int MICROSOCKS_PORT = 1081;
    private static final int ECHO_PORT = 7777;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final InetAddress ECHO_IPV4 = InetAddress.ofLiteral("10.71.2.1");
    private static final InetAddress ECHO_IPV6 = InetAddress.ofLiteral("fd71:9::1");

    private static Topology topology;
    private static EchoOrigin echo;
    private static EchoOrigin localEcho;
    private static ProxyUnderTest tidewait;
    private static LeashedProcess microsocks;

    @BeforeAll
    static void start() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        Namespace proxy = topology.proxy();
        Command.ip(topology.server(), "address add fd71:9::1/64 dev s0 nodad");
        Command.ip(
                proxy,
                "address add fd71:9::3/64 dev p1 nodad",
                "route add unreachable 198.51.100.0/24",
                "route add prohibit 198.51.101.0/24",
                // Into a network that the server does not forward to: nobody answers.
                "route add 198.51.102.0/24 via 10.71.2.1");
        proxy.sysctl("net.ipv4.tcp_syn_retries", "1"); // microsocks gives up when the kernel does: 3 s
        proxy.sysctl("net.ipv4.neigh.p1.mcast_solicit", "1"); // and ARP after 1 s
        echo = EchoOrigin.start(topology.server(), ECHO_PORT);
        localEcho = EchoOrigin.start(proxy, ECHO_PORT);
        tidewait = ProxyUnderTest.start(
                proxy, """
                listeners: [{ name: socks, type: socks5, bind: "%s" }]
                access: { allow: [10.71.0.0/16], deny-destinations: [], socks-ports: [1-65535] }
                timeouts: { connect: 5s }
                sources: { ports: 20000-20999 }
                """.formatted(LoadPlan.endpoint(listener(TIDEWAIT_PORT))), UnaryOperator.identity());
        microsocks = LeashedProcess.start(
                proxy,
                "microsocks",
                Duration.ofMinutes(10),
                line -> {},
                List.of("microsocks", "-i", "10.71.1.3", "-p", Integer.toString(MICROSOCKS_PORT)));
        Eventually.holds("microsocks listens", DEADLINE, () -> answers(MICROSOCKS_PORT));
    }

    private static boolean answers(int port) {
        try {
            return play(port, SocksScript.same("ready?", "0500")).equals("05ff");
        } catch (LabException notYet) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        tidewait.close();
        microsocks.close();
        echo.close();
        localEcho.close();
        topology.close();
    }

    static Stream<SocksScript> scripts() {
        return SocksScripts.all();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldAnswerByteForByteLikeMicrosocksWhereNoReasonIsGiven(SocksScript script) throws Exception {
        String ours = named(play(TIDEWAIT_PORT, script));
        String theirs = play(MICROSOCKS_PORT, script).replaceFirst("^0500 05000001000000000000", "0500 050000S");
        forget();
        if (script.isSame()) {
            assertThat(ours).as(script.name()).isEqualTo(theirs);
        } else {
            assertThat(theirs).as("%s, microsocks", script).isEqualTo(script.theirs());
            assertThat(ours).as("%s, Tidewait: %s", script, script.reason()).isEqualTo(script.ours());
        }
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(tidewait) == 0);
    }

    @Test
    void shouldComparePlenty() {
        assertThat(scripts().filter(SocksScript::isSame)).hasSizeGreaterThanOrEqualTo(30);
        assertThat(scripts().map(SocksScript::name)).doesNotHaveDuplicates();
    }

    private static String play(int port, SocksScript script) throws IOException {
        return RawSocksClient.play(topology.client(), listener(port), script, SocksDifferentialTest::filled);
    }

    private static String filled(String message) {
        HexFormat hex = HexFormat.of();
        return message.replace("E4", hex.formatHex(ECHO_IPV4.getAddress()))
                .replace("E6", hex.formatHex(ECHO_IPV6.getAddress()))
                .replace("PP", hex.toHexDigits((short) ECHO_PORT));
    }

    /** With S for the source that the server saw, if the reply names it. */
    private static String named(String answers) throws InterruptedException {
        if (!answers.startsWith("0500 050000")) {
            return answers;
        }
        EchoOrigin reached = echo.hasMoreClients() ? echo : localEcho;
        InetSocketAddress source = reached.nextClient();
        byte[] address = source.getAddress().getAddress();
        HexFormat hex = HexFormat.of();
        String bound = (address.length == 4 ? "01" : "04")
                + hex.formatHex(address)
                + hex.toHexDigits((short) source.getPort());
        return answers.replaceFirst("^0500 050000" + bound, "0500 050000S");
    }

    private static void forget() throws InterruptedException {
        for (EchoOrigin one : List.of(echo, localEcho)) {
            while (one.hasMoreClients()) {
                one.nextClient();
            }
        }
    }

    private static InetSocketAddress listener(int port) {
        return new InetSocketAddress(topology.proxyListener().getAddress(), port);
    }
}

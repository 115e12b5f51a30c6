package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Tidewait and Debian's microsocks side by side in one namespace, an echo server before and behind them, and destinations that cannot be
 * reached in several ways. Used by one thread.
 */
final class SocksBed implements AutoCloseable {
    private static final int TIDEWAIT_PORT = 1080;
    private static final int MICROSOCKS_PORT = 1081;
    private static final int ECHO_PORT = 7777;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final InetAddress ECHO_IPV4 = InetAddress.ofLiteral("10.71.2.1");
    private static final InetAddress ECHO_IPV6 = InetAddress.ofLiteral("fd71:9::1");

    private final Topology topology;
    private final EchoOrigin echo;
    private final EchoOrigin localEcho;
    private final ProxyUnderTest tidewait;
    private final LeashedProcess microsocks;

    private SocksBed(
            Topology topology,
            EchoOrigin echo,
            EchoOrigin localEcho,
            ProxyUnderTest tidewait,
            LeashedProcess microsocks) {
        this.topology = topology;
        this.echo = echo;
        this.localEcho = localEcho;
        this.tidewait = tidewait;
        this.microsocks = microsocks;
    }

    /**
     * Starts everything.
     *
     * @param access further lines of Tidewait's section of that name
     * @param options of microsocks
     */
    static SocksBed start(String access, String... options) {
        Topology topology = Topology.proxied(TopologyPlan.STANDARD);
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
        ProxyUnderTest tidewait = ProxyUnderTest.start(
                proxy,
                """
                listeners: [{ name: socks, type: socks5, bind: "%s" }]
                access:
                  allow: [10.71.0.0/16]
                  deny-destinations: []
                  socks-ports: [1-65535]
                  %s
                timeouts: { connect: 5s }
                sources: { ports: 20000-20999 }
                """.formatted(LoadPlan.endpoint(listener(topology, TIDEWAIT_PORT)), access),
                UnaryOperator.identity());
        List<String> command =
                new ArrayList<>(List.of("microsocks", "-i", "10.71.1.3", "-p", Integer.toString(MICROSOCKS_PORT)));
        command.addAll(List.of(options));
        LeashedProcess microsocks =
                LeashedProcess.start(proxy, "microsocks", Duration.ofMinutes(10), line -> {}, command);
        SocksBed bed = new SocksBed(
                topology,
                EchoOrigin.start(topology.server(), ECHO_PORT),
                EchoOrigin.start(proxy, ECHO_PORT),
                tidewait,
                microsocks);
        Eventually.holds("microsocks listens", DEADLINE, bed::microsocksAnswers);
        return bed;
    }

    private boolean microsocksAnswers() {
        try {
            return play(MICROSOCKS_PORT, SocksScript.same("ready?", "0500")).equals("05ff");
        } catch (LabException notYet) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Plays it to both; the answers must be what it says. */
    void compare(SocksScript script) throws Exception {
        String ours = named(play(TIDEWAIT_PORT, script));
        String theirs = play(MICROSOCKS_PORT, script).replaceFirst("050000" + "01000000000000", "050000S");
        forget();
        if (script.isSame()) {
            assertThat(ours).as(script.name()).isEqualTo(theirs);
        } else {
            // Where it cuts something off it may be quick enough not to: its two directions race.
            assertThat(theirs).as("%s, microsocks", script).isIn(script.theirs(), script.ours());
            assertThat(ours).as("%s, Tidewait: %s", script, script.reason()).isEqualTo(script.ours());
        }
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(tidewait) == 0);
    }

    private String play(int port, SocksScript script) throws IOException {
        return RawSocksClient.play(topology.client(), listener(topology, port), script, SocksBed::filled);
    }

    private static String filled(String message) {
        HexFormat hex = HexFormat.of();
        return message.replace("E4", hex.formatHex(ECHO_IPV4.getAddress()))
                .replace("E6", hex.formatHex(ECHO_IPV6.getAddress()))
                .replace("PP", hex.toHexDigits((short) ECHO_PORT));
    }

    /** With S for the source that the server saw, if the reply names it. */
    private String named(String answers) throws InterruptedException {
        if (!answers.contains(" 050000")) {
            return answers;
        }
        String named = answers;
        // The first may be microsocks' of the script before, which was accepted after it was forgotten.
        while (named.equals(answers)) {
            EchoOrigin reached = echo.hasMoreClients() ? echo : localEcho;
            named = answers.replaceFirst(" 050000" + bound(reached.nextClient()), " 050000S");
        }
        return named;
    }

    /** As a reply names it. */
    private static String bound(InetSocketAddress source) {
        byte[] address = source.getAddress().getAddress();
        HexFormat hex = HexFormat.of();
        return (address.length == 4 ? "01" : "04") + hex.formatHex(address) + hex.toHexDigits((short) source.getPort());
    }

    private void forget() throws InterruptedException {
        for (EchoOrigin one : List.of(echo, localEcho)) {
            while (one.hasMoreClients()) {
                one.nextClient();
            }
        }
    }

    private static InetSocketAddress listener(Topology topology, int port) {
        return new InetSocketAddress(topology.proxyListener().getAddress(), port);
    }

    @Override
    public void close() throws IOException {
        tidewait.close();
        microsocks.close();
        echo.close();
        localEcho.close();
        topology.close();
    }
}

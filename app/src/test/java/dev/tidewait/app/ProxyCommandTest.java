package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait proxy} from its start to its exit code: real processes, real signals, real connections. */
@Timeout(180)
final class ProxyCommandTest {
    private static final int LISTENER = 15_432;

    @TempDir
    private Path directory;

    @Test
    void shouldServeShowItsLedgersAndStopWithZero() throws Exception {
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy = ProxyProcess.start("-c", file(toEcho(echo, "20000-20099")))) {
                proxy.awaitReady();
                assertThat(proxy.stderr())
                        .contains("db, tcp on 127.0.0.1:15432 to echo (127.0.0.1:" + echo.port() + ")")
                        .contains("http://127.0.0.1:8404", "100: 20000-20099", "note", "ip_local_port_range");
                for (int i = 0; i < 3; i++) {
                    assertThat(relay("hello")).isEqualTo("hello");
                }
                assertThat(ProxyProcess.admin("/healthz")).endsWith("ok\n");
                assertThat(ProxyProcess.admin("/ports"))
                        .contains("\"destination\":\"127.0.0.1:" + echo.port() + "\",\"usable\":100", "\"leases\":3}");
                assertThat(ProxyProcess.admin("/metrics"))
                        .contains("tidewait_client_connections_accepted_total{listener=\"db\"} 3.0")
                        .contains("tidewait_http_requests_total{listener=\"db\"} 0.0")
                        .contains("tidewait_server_connections_idle 0.0");
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldTraceTheReuseOfItsOnlyPort() throws Exception {
        Path trace = directory.resolve("trace");
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy =
                            ProxyProcess.start("-c", file(toEcho(echo, "20000")), "--trace-leases", trace.toString())) {
                proxy.awaitReady();
                assertThat(relay("first")).isEqualTo("first");
                assertThat(relay("second")).isEqualTo("second");
                assertThat(ProxyProcess.admin("/ports")).containsPattern("\"count\":1,\"minMillis\":[1-9][0-9]{3},");
                proxy.interrupt();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
        assertThat(trace).hasSize(dev.tidewait.netty.LeaseTrace.RECORD_BYTES);
    }

    @Test
    void shouldLetOpenConnectionsEndBeforeItStops() throws Exception {
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy = ProxyProcess.start("-c", file(toEcho(echo, "20000-20099")));
                    Socket client = connectAndSay("before", proxy)) {
                proxy.terminate();
                proxy.awaitLine(line -> line.contains("stopping: 1 open"));

                assertThat(ProxyProcess.admin("/healthz")).startsWith("HTTP/1.1 503");
                assertThatThrownBy(() -> ProxyProcess.connect(LISTENER)).isInstanceOf(ConnectException.class);
                assertThat(say(client, "after")).isEqualTo("after");
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
                assertThat(proxy.stderr()).contains("stopped: 0 reset");
            }
            return null;
        });
    }

    @Test
    void shouldEndAtOnceAtTheSecondSignal() throws Exception {
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy = ProxyProcess.start("-c", file(toEcho(echo, "20000-20099")));
                    Socket client = connectAndSay("open", proxy)) {
                proxy.terminate();
                proxy.awaitLine(line -> line.contains("stopping: 1 open"));
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.FAILED);
                assertThat(client.isConnected()).isTrue();
            }
            return null;
        });
    }

    @Test
    void shouldPassItsOwnSelfTest() throws Exception {
        InNamespace.run(() -> {
            try (ProxyProcess selfTest = ProxyProcess.command("self-test", "--connections", "20")) {
                assertThat(selfTest.exitCode()).as(selfTest.stderr()).isEqualTo(ExitCode.OK);
                assertThat(selfTest.stderr()).contains("10 connections", "stopped: 0 reset");
            }
            return null;
        });
    }

    @Test
    void shouldTellAnAddressThatIsTakenFromOneThatCannotBeHad() throws Exception {
        InNamespace.run(() -> {
            String ports = "sources: { ports: 20000-20099 }\nadmin: ";
            try (ServerSocket taken = new ServerSocket(8404, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                assertRefused(ports + "{}", ExitCode.TAKEN, "127.0.0.1:" + taken.getLocalPort());
            }
            String listener = "listeners: [{ name: web, type: http-proxy, bind: \"%s\" }]\n" + ports + "off";
            assertRefused(listener.formatted("203.0.113.9:3128"), ExitCode.USAGE, "203.0.113.9:3128");
            assertRefused(listener.formatted("[2001:db8:0:0:0:0:0:9]:3128"), ExitCode.USAGE, "[2001:db8::9]:3128");
            return null;
        });
    }

    private void assertRefused(String yaml, int exitCode, String message) throws Exception {
        try (ProxyProcess proxy = ProxyProcess.start("-c", file(yaml + "\n"))) {
            assertThat(proxy.exitCode()).as(proxy.stderr()).isEqualTo(exitCode);
            assertThat(proxy.stderr()).contains("cannot listen on " + message).doesNotContain("\tat ");
        }
    }

    @Test
    void shouldRefuseASecondInstanceOnTheSamePorts() throws Exception {
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess first = ProxyProcess.start("-c", file(toEcho(echo, "20000-20099")))) {
                first.awaitReady();
                String other = toEcho(echo, "20050-20200").replace("15432", "15433") + "admin: off\n";
                try (ProxyProcess second = ProxyProcess.start("-c", file(other))) {
                    assertThat(second.exitCode()).isEqualTo(ExitCode.TAKEN);
                    assertThat(second.stderr()).contains("belong to process").doesNotContain("\tat ");
                }
                String disjoint = other.replace("20050-20200", "22000-22099");
                try (ProxyProcess third = ProxyProcess.start("-c", file(disjoint))) {
                    third.awaitReady();
                }
                String taken = disjoint.replace("15433", "15432");
                try (ProxyProcess fourth = ProxyProcess.start("-c", file(taken))) {
                    assertThat(fourth.exitCode()).isEqualTo(ExitCode.TAKEN);
                    assertThat(fourth.stderr()).contains("127.0.0.1:15432").doesNotContain("\tat ");
                }
            }
            return null;
        });
    }

    @Test
    void shouldRefuseWhatCannotWorkHereWithTwo() throws Exception {
        InNamespace.run(() -> {
            assertRefused("sources: { ports: 40000-41000 }", "ip_local_port_range");
            assertRefused("sources: { addresses: [203.0.113.7] }", "no address in 203.0.113.7");
            assertRefused("listners: []\ntimeouts: { idle: 5 }", "did you mean 'listeners'?");
            return null;
        });
    }

    @Test
    void shouldServeHttpAndSocksOnLoopbackWithoutAFile() throws Exception {
        InNamespace.run(() -> {
            try (ServerSocket target = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                    ProxyProcess proxy = ProxyProcess.start()) {
                proxy.awaitReady();
                assertThat(proxy.stderr()).contains("no configuration file", "http-proxy on 127.0.0.1:3128");
                assertThat(proxy.stderr()).contains("socks5 on 127.0.0.1:1080");
                String request = "CONNECT 127.0.0.1:" + target.getLocalPort()
                        + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
                assertThat(ProxyProcess.exchange(3128, request)).startsWith("HTTP/1.1 403");
                String socks = "\5\1\0" + "\5\1\0\1\177\0\0\1\0\120";
                assertThat(ProxyProcess.exchange(1080, socks)).isEqualTo("\5\0" + "\5\2\0\1\0\0\0\0\0\0");
                assertThat(ProxyProcess.admin("/ports")).contains("\"destinationCount\":0");
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    private void assertRefused(String yaml, String message) throws Exception {
        try (ProxyProcess proxy = ProxyProcess.start("-c", file(yaml))) {
            assertThat(proxy.exitCode()).as(proxy.stderr()).isEqualTo(ExitCode.USAGE);
            assertThat(proxy.stderr()).contains(message).doesNotContain("\tat ");
        }
    }

    private static Socket connectAndSay(String text, ProxyProcess proxy) throws Exception {
        proxy.awaitReady();
        Socket client = ProxyProcess.connect(LISTENER);
        assertThat(say(client, text)).isEqualTo(text);
        return client;
    }

    private static String say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
    }

    private static String relay(String text) throws IOException {
        try (Socket socket = ProxyProcess.connect(LISTENER)) {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static String toEcho(EchoServer echo, String ports) {
        return """
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:15432, upstream: echo }
                upstreams: { echo: { servers: ["127.0.0.1:%d"] } }
                sources: { ports: "%s" }
                timeouts: { drain: 20s }
                """.formatted(echo.port(), ports);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "tidewait", ".yaml"), yaml)
                .toString();
    }
}

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

/** Reloading a running proxy: real signals, the real admin endpoint, connections that go on. */
@Timeout(180)
final class ReloadProcessTest {
    private static final int FIRST = 15_432;
    private static final int SECOND = 15_433;

    @TempDir
    private Path directory;

    @Test
    void shouldServeWhatTheFileSaysAfterSighupAndDropNobody() throws Exception {
        Path file = directory.resolve("tidewait.yaml");
        Path log = directory.resolve("access.log");
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer()) {
                Files.writeString(file, configuration(echo, FIRST, ""));
                try (ProxyProcess proxy =
                                ProxyProcess.start("-c", file.toString()).awaitReady();
                        Socket old = ProxyProcess.connect(FIRST)) {
                    assertThat(say(old, "before")).isEqualTo("before");

                    Files.writeString(
                            file,
                            configuration(
                                    echo,
                                    SECOND,
                                    "timeWait: { fixed: 2s }\naccessLog: { file: " + log + " }\nthreads: 7\n"));
                    proxy.signal("HUP");
                    proxy.awaitLine(line -> line.contains("reload: " + file + " applies, generation 2, 4 changes:"));
                    proxy.awaitLine(line -> line.contains("timeWait.fixed: - → 2s (now)"));
                    proxy.awaitLine(line -> line.contains("threads: auto → 7 (restart)"));

                    assertThatThrownBy(() -> ProxyProcess.connect(FIRST)).isInstanceOf(ConnectException.class);
                    try (Socket fresh = ProxyProcess.connect(SECOND)) {
                        assertThat(say(fresh, "new")).isEqualTo("new");
                    }
                    assertThat(say(old, "after")).as("under way since before").isEqualTo("after");
                    assertThat(ProxyProcess.admin("/ports")).contains("\"leases\":2}", "\"leastFloorMillis\":2000");
                    assertThat(ProxyProcess.admin("/metrics"))
                            .contains("tidewait_configuration_generation 2.0", "tidewait_reload_last_success 1.0");

                    old.shutdownOutput();
                    assertThat(old.getInputStream().read()).isEqualTo(-1);
                    proxy.terminate();
                    assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
                    assertThat(proxy.stderr()).contains("stopped: 0 reset");
                    assertThat(Files.readString(log))
                            .as("both exchanges, though one began before there was a log")
                            .hasLineCount(2);
                }
            }
            return null;
        });
    }

    @Test
    void shouldKeepWhatItHasWhereTheFileIsWrongOrAnAddressTaken() throws Exception {
        Path file = directory.resolve("tidewait.yaml");
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ServerSocket taken = new ServerSocket(SECOND, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                Files.writeString(file, configuration(echo, FIRST, ""));
                try (ProxyProcess proxy =
                        ProxyProcess.start("-c", file.toString()).awaitReady()) {
                    Files.writeString(file, configuration(echo, FIRST, "timeouts: { idel: 5s }\n"));
                    assertThat(reload())
                            .startsWith("HTTP/1.1 400")
                            .contains("\"applied\":false,\"generation\":1")
                            .contains("\"line\":5,\"column\":13,\"message\":\"unknown key 'idel' in timeouts")
                            .contains("did you mean 'idle'");
                    proxy.awaitLine(line -> line.contains(file + ":5:13: unknown key 'idel'"));
                    proxy.awaitLine(line -> line.contains("the configuration of before stays in force"));

                    Files.writeString(file, configuration(echo, taken.getLocalPort(), "timeouts: { idle: 5s }\n"));
                    assertThat(reload())
                            .startsWith("HTTP/1.1 422")
                            .contains("Listener db cannot listen on 127.0.0.1:" + SECOND);
                    assertThat(ProxyProcess.admin("/metrics"))
                            .contains("tidewait_reload_last_success 0.0", "tidewait_reloads_refused_total 2.0");
                    try (Socket client = ProxyProcess.connect(FIRST)) {
                        assertThat(say(client, "still")).isEqualTo("still");
                    }

                    Files.writeString(file, configuration(echo, FIRST, "timeouts: { idle: 5s }\n"));
                    assertThat(reload())
                            .startsWith("HTTP/1.1 200")
                            .endsWith(
                                    "{\"applied\":true,\"generation\":2,\"restartNeeded\":false,\"changes\":["
                                            + "{\"key\":\"timeouts.idle\",\"before\":\"5m\",\"after\":\"5s\",\"effect\":\"now\"}]}");
                    assertThat(reload()).contains("\"generation\":3").endsWith("\"changes\":[]}");
                }
            }
            return null;
        });
    }

    @Test
    void shouldSayThatThereIsNoFileToReadAgain() throws Exception {
        InNamespace.run(() -> {
            try (ProxyProcess proxy = ProxyProcess.start().awaitReady()) {
                proxy.signal("HUP");
                proxy.awaitLine(line -> line.contains("there is no configuration file to read again"));
                assertThat(reload()).startsWith("HTTP/1.1 422").contains("Start it with -c FILE");
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    private static String reload() throws IOException {
        return ProxyProcess.exchange(
                8404, "POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static String say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
    }

    private static String configuration(EchoServer echo, int port, String more) {
        return """
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:%d, upstream: echo }
                upstreams: { echo: { servers: ["127.0.0.1:%d"] } }
                sources: { ports: "20000-20099" }
                %s""".formatted(port, echo.port(), more);
    }
}

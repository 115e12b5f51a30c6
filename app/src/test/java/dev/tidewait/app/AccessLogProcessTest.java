package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code accessLog} of a running proxy: real connections from leased ports, real signals. */
@Timeout(180)
final class AccessLogProcessTest {
    private static final int LISTENER = 15_432;

    @TempDir
    private Path directory;

    @Test
    void shouldWriteALineForEveryTunnelAndFollowTheFile() throws Exception {
        Path log = directory.resolve("access.log");
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy = ProxyProcess.start("-c", file(toEcho(echo, log)))) {
                proxy.awaitReady();
                assertThat(proxy.stderr()).contains("access log " + log + " (json)");
                int clientPort = relay("hello");
                await(() -> lines(log).size() == 1);
                assertThat(lines(log).getFirst())
                        .startsWith("{\"time\":\"20")
                        .contains("\"listener\":\"db\",\"kind\":\"tcp\",\"client\":\"127.0.0.1\",\"clientPort\":"
                                + clientPort)
                        .contains("\"server\":\"127.0.0.1:" + echo.port() + "\"")
                        .contains("\"source\":\"127.0.0.1:20000\",\"portWaitMillis\":0")
                        .contains("\"bytesUp\":5,\"bytesDown\":5")
                        .endsWith("\"closedFirst\":\"client\",\"cause\":\"client_closed\"}")
                        .doesNotContain("ageAtReuse");
                relay("again");
                await(() -> lines(log).size() == 2);
                assertThat(lines(log).getLast())
                        .containsPattern("\"portWaitMillis\":[1-9].*\"ageAtReuseMillis\":[1-9][0-9]{3},");

                // Nothing has moved, so it does this because of the signal.
                proxy.signal("USR1");
                proxy.awaitLine(line -> line.contains("the access log " + log + " was opened anew"));
                assertThat(lines(log)).hasSize(2);

                Files.move(log, directory.resolve("access.log.1"));
                await(() -> Files.exists(log));
                relay("third");
                await(() -> lines(log).size() == 1);
                assertThat(ProxyProcess.admin("/metrics"))
                        .contains("tidewait_access_log_lines_total 3.0")
                        .contains("tidewait_access_log_lost_lines_total{reason=\"line_full\"} 0.0");
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldRefuseALogThatCannotBeWritten() throws Exception {
        InNamespace.run(() -> {
            try (EchoServer echo = new EchoServer();
                    ProxyProcess proxy =
                            ProxyProcess.start("-c", file(toEcho(echo, directory.resolve("none/access.log"))))) {
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.USAGE);
                assertThat(proxy.stderr())
                        .contains("accessLog.file: cannot write to")
                        .doesNotContain("\tat ");
            }
            return null;
        });
    }

    private static int relay(String text) throws IOException {
        try (Socket socket = ProxyProcess.connect(LISTENER)) {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo(text);
            return socket.getLocalPort();
        }
    }

    private static String toEcho(EchoServer echo, Path log) {
        return """
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:15432, upstream: echo }
                upstreams: { echo: { servers: ["127.0.0.1:%d"] } }
                sources: { ports: "20000" }
                accessLog: { file: %s }
                """.formatted(echo.port(), log);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "tidewait", ".yaml"), yaml)
                .toString();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("time left").isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }
}

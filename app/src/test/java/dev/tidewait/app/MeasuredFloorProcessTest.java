package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.floor.TestReport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code floor: measured} in a running proxy: one port towards a server behind a veth pair, no timestamps, so that nothing but the floor decides. */
@Timeout(180)
final class MeasuredFloorProcessTest {
    private static final int LISTENER = 15_432;

    @TempDir
    private Path folder;

    @Test
    void shouldReuseAPortAtTheAdvisedFloorAndNotBelow() throws Exception {
        Path report = folder.resolve("study.json");
        Path file = folder.resolve("tidewait.yaml");
        InNamespace.run(() -> {
            Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_timestamps"), "0");
            try (ServerHost server = new ServerHost()) {
                write(report, new TestReport().with(100_000, 1_900, 5).json());
                Files.writeString(file, configuration(report));
                try (ProxyProcess proxy = ProxyProcess.start("-c", file.toString())) {
                    proxy.awaitLine(
                            line -> line.contains(
                                    "timeWait: the floor without timestamps was 5 s or 15 s and is now 2 s. all connections: 2 s: 0 of 100,000"));
                    proxy.awaitReady();
                    relay(server);
                    relay(server);
                    assertThat(millis("min")).as("below the default").isBetween(2_000L, 4_999L);

                    write(report, new TestReport().with(100_000, 3_400, 5).json());
                    proxy.signal("HUP");
                    proxy.awaitLine(
                            line -> line.contains("was 2 s and is now 3.5 s. all connections: 3.5 s: 0 of 100,000"));
                    proxy.awaitLine(line -> line.contains("generation 2, nothing has changed"));
                    relay(server);
                    relay(server);
                    assertThat(millis("max")).as("the new floor").isBetween(3_500L, 4_999L);
                    assertThat(ProxyProcess.admin("/ports"))
                            .contains(
                                    "\"place\":\"timeWait\",\"floorMillis\":3500,\"takenOver\":true,\"reportUsable\":true");
                    assertThat(ProxyProcess.admin("/metrics"))
                            .contains("tidewait_measured_floor_seconds{place=\"timeWait\"} 3.5")
                            .contains("tidewait_measured_floor_report_usable{place=\"timeWait\"} 1.0");

                    write(report, new TestReport().with(100, 1, 0).json());
                    proxy.signal("HUP");
                    proxy.awaitLine(line -> line.contains("WARN")
                            && line.contains("was 3.5 s and is now 5 s or 15 s. all connections: keep the default."));
                    assertThat(ProxyProcess.admin("/metrics"))
                            .contains("tidewait_measured_floor_report_usable{place=\"timeWait\"} 0.0");

                    write(report, new TestReport().json().substring(0, 500));
                    proxy.signal("HUP");
                    proxy.awaitLine(line -> line.contains("WARN")
                            && line.contains("stays 5 s or 15 s. " + report + ": it is not JSON"));
                    relay(server);
                    relay(server);
                    assertThat(millis("max")).as("the default floor").isGreaterThanOrEqualTo(5_000);
                    assertThat(ProxyProcess.admin("/metrics"))
                            .contains("tidewait_measured_floor_report_usable{place=\"timeWait\"} 0.0");
                    proxy.terminate();
                    assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
                    assertThat(proxy.stderr().lines().filter(line -> line.contains("is now")))
                            .as("each change once")
                            .hasSize(3);
                }
            }
            return null;
        });
    }

    @Test
    void shouldGiveUpAReportWhenItGetsTooOld() throws Exception {
        Path report = folder.resolve("study.json");
        Path file = folder.resolve("tidewait.yaml");
        InNamespace.run(() -> {
            Files.writeString(file, configuration(report));
            try (ProxyProcess proxy = ProxyProcess.start("-c", file.toString())) {
                proxy.awaitLine(line -> line.contains("WARN")
                        && line.contains("stays 5 s or 15 s. " + report + ": there is no such file; write it with"));
                proxy.awaitReady();
                write(report, new TestReport().with(100_000, 1, 0).json());
                Files.setLastModifiedTime(
                        report,
                        FileTime.from(Instant.now().minus(Duration.ofDays(7)).plusSeconds(5)));
                proxy.signal("HUP");
                proxy.awaitLine(line -> line.contains("was 5 s or 15 s and is now 1 s"));
                proxy.awaitLine(line -> line.contains("WARN")
                        && line.contains("was 1 s and is now 5 s or 15 s")
                        && line.contains("longer ago than evidenceAge allows"));
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    /** Never half a file. */
    private void write(Path report, String json) throws IOException {
        Path whole = Files.writeString(folder.resolve("new.json"), json);
        Files.move(whole, report, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One connection through the proxy, closed by the client first. */
    private static void relay(ServerHost server) throws Exception {
        try (Socket socket = ProxyProcess.connect(LISTENER)) {
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("x");
        }
        assertThat(server.nextClient().getPort()).isEqualTo(20_000);
    }

    private static long millis(String which) throws IOException {
        String ports = ProxyProcess.admin("/ports");
        Matcher matcher = Pattern.compile("\"" + which + "Millis\":([0-9]+)").matcher(ports);
        assertThat(matcher.find()).as(ports).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static String configuration(Path report) {
        return """
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:%d, upstream: far }
                upstreams: { far: { servers: ["%s:%d"] } }
                sources: { ports: "20000" }
                timeWait: { floor: measured, evidence: %s }
                timeouts: { portWait: 20s, connect: 20s }
                """.formatted(LISTENER, ServerHost.ADDRESS, ServerHost.PORT, report);
    }
}

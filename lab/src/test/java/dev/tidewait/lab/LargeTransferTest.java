package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Much data: curl by CONNECT and TLS, Redis by the TCP listener. With {@code -Dtidewait.long=true} curl moves 1 GiB each way, else 64 MiB.
 * What else people use has a class for each program: {@link CurlClientTest} and its like.
 */
@NeedsRoot
@Timeout(300)
class LargeTransferTest {
    private static final long CURL_BYTES = Boolean.getBoolean("tidewait.long") ? 1L << 30 : 64L << 20;
    private static final Duration DEADLINE = Duration.ofSeconds(Boolean.getBoolean("tidewait.long") ? 120 : 30);
    private static final String PORTS = "20000-20099";
    private static final int REDIS_COMMANDS = 10_000;

    @TempDir
    private Path folder;

    @Test
    void shouldCarryCurlsDownloadAndUploadUnchanged() throws Exception {
        String wanted = TestBytes.sha256(CURL_BYTES);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                WebOrigin origin = WebOrigin.start(topology, folder, folder);
                ProxyUnderTest proxy = ProxyYaml.start(topology, topology.origin(), PORTS)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            List<String> download = curl(topology, origin, "https://" + origin.endpoint() + "/bytes/" + CURL_BYTES);
            try (ClientProgram curl = ClientProgram.start(topology.client(), DEADLINE, download)) {
                DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), WebPages.sha256());
                try (InputStream body = curl.stdout()) {
                    assertThat(body.transferTo(digest)).isEqualTo(CURL_BYTES);
                }
                curl.awaitSuccess();
                assertThat(WebPages.hex(digest)).as("downloaded").isEqualTo(wanted);
            }
            List<String> upload = curl(topology, origin, "https://" + origin.endpoint() + "/take", "-T", "-");
            try (ClientProgram curl = ClientProgram.start(topology.client(), DEADLINE, upload)) {
                try (OutputStream body = curl.stdin()) {
                    TestBytes.write(CURL_BYTES, body);
                }
                String answer = new String(curl.stdout().readAllBytes(), StandardCharsets.US_ASCII);
                curl.awaitSuccess();
                assertThat(answer).as("uploaded").isEqualTo(wanted);
            }
            assertThat(ProxyYaml.leases(proxy)).isEqualTo(2);
            awaitNoLease(proxy);
            assertThat(kernel.report().resetsSent()).isZero();
        }
    }

    private static List<String> curl(Topology topology, WebOrigin origin, String url, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--fail",
                "--http1.1",
                "--noproxy",
                "",
                "--proxy",
                proxyUrl(topology),
                "--cacert",
                origin.certificate().toString()));
        command.addAll(List.of(more));
        command.add(url);
        return command;
    }

    @Test
    void shouldServeRedisThroughTheTcpListener() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD)) {
            InetSocketAddress address = new InetSocketAddress(topology.origin().getAddress(), 6379);
            try (LeashedProcess redis = startRedis(topology, address);
                    ProxyUnderTest proxy = ProxyYaml.start(topology, address, PORTS)) {
                assertThat(redisCli(topology, "SET", "greeting", "hello")).isEqualTo("OK");
                assertThat(redisCli(topology, "GET", "greeting")).isEqualTo("hello");
                List<String> command = new ArrayList<>(redisCliCommand(topology));
                command.add("--pipe");
                try (ClientProgram pipe = ClientProgram.start(topology.client(), DEADLINE, command)) {
                    try (OutputStream commands = pipe.stdin()) {
                        for (int i = 0; i < REDIS_COMMANDS; i++) {
                            commands.write(
                                    ("SET key:" + i + " value:" + i + "\r\n").getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                    String report = new String(pipe.stdout().readAllBytes(), StandardCharsets.UTF_8);
                    pipe.awaitSuccess();
                    assertThat(report).contains("errors: 0, replies: " + REDIS_COMMANDS);
                }
                assertThat(redisCli(topology, "DBSIZE")).isEqualTo(Integer.toString(REDIS_COMMANDS + 1));
                assertThat(redisCli(topology, "GET", "key:" + (REDIS_COMMANDS - 1)))
                        .isEqualTo("value:" + (REDIS_COMMANDS - 1));
                assertThat(ProxyYaml.leases(proxy)).isEqualTo(5);
                awaitNoLease(proxy);
                assertThat(redis.isAlive()).isTrue();
            }
        }
    }

    /** Debian's redis-tools brings the server's program under the name of its checker; it goes by its name. */
    private static LeashedProcess startRedis(Topology topology, InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        LeashedProcess redis = LeashedProcess.start(
                topology.server(),
                "redis",
                Duration.ofMinutes(5),
                line -> {},
                List.of(
                        "bash",
                        "-c",
                        "exec -a redis-server redis-check-rdb \"$@\"",
                        "redis",
                        "--bind",
                        host,
                        "--port",
                        Integer.toString(address.getPort()),
                        "--save",
                        "",
                        "--protected-mode",
                        "no"));
        Eventually.holds("Redis answers", DEADLINE, () -> {
            try {
                return ClientProgram.run(
                                topology.server(),
                                DEADLINE,
                                "bash",
                                "-c",
                                "redis-cli -h " + host + " PING 2>&1 || true")
                        .contains("PONG");
            } catch (Exception e) {
                throw new AssertionError("redis-cli cannot be run", e);
            }
        });
        return redis;
    }

    private static String redisCli(Topology topology, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(redisCliCommand(topology));
        command.addAll(List.of(arguments));
        return ClientProgram.run(topology.client(), DEADLINE, command.toArray(String[]::new))
                .strip();
    }

    private static List<String> redisCliCommand(Topology topology) {
        return List.of(
                "redis-cli",
                "-h",
                topology.proxyListener().getAddress().getHostAddress(),
                "-p",
                Integer.toString(topology.proxyListener().getPort()));
    }

    private static String proxyUrl(Topology topology) {
        return "http://" + LoadPlan.endpoint(ProxyYaml.connectListener(topology));
    }

    private static void awaitNoLease(ProxyUnderTest proxy) {
        Eventually.holds("no lease is left", Duration.ofSeconds(5), () -> ProxyYaml.leased(proxy) == 0);
    }
}

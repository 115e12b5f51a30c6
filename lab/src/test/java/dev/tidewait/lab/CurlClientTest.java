package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** curl through every kind of proxy that it knows and the product offers. */
@NeedsRoot
@Timeout(120)
class CurlClientTest {
    private static final int SIZE = 1_000_000;
    private static final int PROXY_TROUBLE = 97;
    private static final int TUNNEL_REFUSED = 56;

    /** How curl is told about the proxy, and what the origin is called then. */
    enum Way {
        HTTP("--proxy", "http", "http://" + WebOrigin.NAME),
        CONNECT("--proxy", "http", "https://" + WebOrigin.NAME),
        CONNECT_FOR_HTTP("--proxytunnel --proxy", "http", "http://" + WebOrigin.NAME),
        SOCKS5("--socks5", "socks", "https://" + WebOrigin.NAME),
        SOCKS5_HOSTNAME("--socks5-hostname", "socks", "https://" + WebOrigin.NAME),
        SOCKS5_FOR_HTTP("--socks5-hostname", "socks", "http://" + WebOrigin.NAME),
        SOCKS5_ADDRESS("--socks5-hostname", "socks", "http://10.71.2.1");

        private final String option;
        private final String listener;
        private final String origin;

        Way(String option, String listener, String origin) {
            this.option = option;
            this.listener = listener;
            this.origin = origin;
        }

        /** A request may find a connection that the proxy has kept; a tunnel never does. */
        long least(long leasesBefore) {
            return this == HTTP ? leasesBefore : leasesBefore + 1;
        }

        Stream<String> options() {
            String proxy = listener.equals("http") ? "http://" + bed.httpProxy() : bed.socksProxy();
            return Stream.concat(Stream.of(option.split(" ")), Stream.of(proxy));
        }
    }

    @TempDir
    private static Path folder;

    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = ClientBed.start(folder, folder);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldDownload(Way way) throws Exception {
        long before = bed.leases();
        String body = curl(way, List.of(), way.origin + "/bytes/" + SIZE).output();
        assertThat(body.getBytes(ISO_8859_1)).isEqualTo(TestBytes.first(SIZE));
        assertThat(bed.leases()).isBetween(way.least(before), before + 1);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @EnumSource
    void shouldDownloadWithoutALength(Way way) throws Exception {
        String body = curl(way, List.of(), way.origin + "/chunked/" + SIZE).output();
        assertThat(body.getBytes(ISO_8859_1)).isEqualTo(TestBytes.first(SIZE));
    }

    @ParameterizedTest
    @EnumSource
    void shouldUpload(Way way) throws Exception {
        byte[] content = TestBytes.first(SIZE);
        // A pipe has no length: the request is chunked.
        String answer =
                curl(way, content, List.of("-T", "-"), way.origin + "/take").output();
        assertThat(answer).isEqualTo(TestBytes.sha256(SIZE));
        String posted = curl(way, content, List.of("--data-binary", "@-"), way.origin + "/take")
                .output();
        assertThat(posted).isEqualTo(TestBytes.sha256(SIZE));
    }

    @ParameterizedTest
    @EnumSource
    void shouldUseOneConnectionForManyRequests(Way way) throws Exception {
        long before = bed.leases();
        String status = curl(
                        way,
                        List.of("-L", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\n", "-r", "10-19"),
                        way.origin + "/redirect/1000",
                        "-o",
                        "/dev/null",
                        way.origin + "/bytes/100",
                        "-o",
                        "/dev/null",
                        way.origin + "/status/204")
                .output();
        assertThat(status).isEqualTo("206 1\n206 0\n204 0\n");
        assertThat(bed.leases()).isBetween(way.least(before), before + 1);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTransferInParallel(Way way) throws Exception {
        List<String> options = new ArrayList<>(List.of("--parallel", "--parallel-immediate"));
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            options.addAll(List.of("-o", folder.resolve("out" + i).toString()));
            urls.add(way.origin + "/bytes/" + (SIZE + i));
        }
        curl(way, options, urls.toArray(String[]::new));
        for (int i = 0; i < 20; i++) {
            assertThat(folder.resolve("out" + i)).hasBinaryContent(TestBytes.first(SIZE + i));
        }
        bed.awaitNoLease();
    }

    @Test
    void shouldAskForAHeadOnly() throws Exception {
        String head = curl(Way.CONNECT, List.of("--head"), "https://" + WebOrigin.NAME + "/bytes/77")
                .output();
        assertThat(head).contains("HTTP/1.1 200 Connection established", "HTTP/1.1 200 OK", "Content-length: 77");
        assertThat(curl(Way.HTTP, List.of("--head"), "http://" + WebOrigin.NAME + "/bytes/77")
                        .output())
                .startsWith("HTTP/1.1 200 OK")
                .contains("Content-length: 77");
        assertThat(curl(Way.SOCKS5, List.of("--head"), "http://" + WebOrigin.NAME + "/bytes/77")
                        .output())
                .startsWith("HTTP/1.1 200 OK")
                .contains("Content-length: 77");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5_FOR_HTTP"})
    void shouldSpeakHttp10(Way way) throws Exception {
        assertThat(curl(way, List.of("--http1.0"), "http://" + WebOrigin.NAME + "/bytes/77")
                        .output())
                .hasSize(77);
    }

    @Test
    void shouldShowWhyATunnelWasRefused() throws Exception {
        ClientBed.Ended closed = bed.run(
                command(Way.CONNECT, List.of("-i"), "https://" + WebOrigin.NAME + ":" + ClientBed.CLOSED_PORT + "/"));
        assertThat(closed.exitCode()).isEqualTo(TUNNEL_REFUSED);
        assertThat(closed.output()).contains("HTTP/1.1 502 ", "Proxy-Status: tidewait; error=connection_refused");
        ClientBed.Ended denied = bed.run(command(Way.CONNECT, List.of("-i"), "https://127.0.0.1/"));
        assertThat(denied.exitCode()).isEqualTo(TUNNEL_REFUSED);
        assertThat(denied.output()).contains("HTTP/1.1 403 ", "error=destination_ip_prohibited");
        ClientBed.Ended unknown = bed.run(command(Way.CONNECT, List.of("-i"), "https://nobody.lab/"));
        assertThat(unknown.exitCode()).isEqualTo(TUNNEL_REFUSED);
        assertThat(unknown.output()).contains("HTTP/1.1 502 ", "error=dns_error");
    }

    @Test
    void shouldShowWhyARequestWasRefused() throws Exception {
        String closed = curl(Way.HTTP, List.of("-i"), "http://" + WebOrigin.NAME + ":1024/")
                .output();
        assertThat(closed).startsWith("HTTP/1.1 502 ").contains("Proxy-Status: tidewait; error=connection_refused");
        String denied = curl(Way.HTTP, List.of("-i"), "http://127.0.0.1/").output();
        assertThat(denied).startsWith("HTTP/1.1 403 ").contains("error=destination_ip_prohibited");
        String unknown = curl(Way.HTTP, List.of("-i"), "http://nobody.lab/").output();
        assertThat(unknown).startsWith("HTTP/1.1 502 ").contains("error=dns_error");
    }

    @Test
    void shouldKeepFromTheServerWhatIsForTheProxy() throws Exception {
        String seen = curl(
                        Way.HTTP,
                        List.of(
                                "--proxy-user",
                                "me:secret",
                                "-H",
                                "Connection: X-Hop",
                                "-H",
                                "X-Hop: 1",
                                "-H",
                                "X-Mine: 2"),
                        "http://" + WebOrigin.NAME + "/request?a=b%20c")
                .output();
        assertThat(seen)
                .startsWith("GET /request?a=b%20c\n")
                .containsIgnoringCase("\nHost: " + WebOrigin.NAME + "\n")
                .containsIgnoringCase("\nX-Mine: 2\n")
                .containsIgnoringCase("\nVia: 1.1 tidewait\n")
                .doesNotContainIgnoringCase("proxy-", "x-hop");
    }

    @Test
    void shouldAwaitTheServersWordBeforeALargeUpload() throws Exception {
        byte[] content = TestBytes.first(3 * SIZE);
        assertThat(curl(
                                Way.HTTP,
                                content,
                                List.of("-H", "Expect: 100-continue", "--data-binary", "@-"),
                                "http://" + WebOrigin.NAME + "/take")
                        .output())
                .isEqualTo(TestBytes.sha256(3 * SIZE));
    }

    @Test
    void shouldShowWhySocksWasRefused() throws Exception {
        assertThat(socksTrouble("http://" + WebOrigin.NAME + ":" + ClientBed.CLOSED_PORT + "/"))
                .contains("(5)");
        assertThat(socksTrouble("http://127.0.0.1/")).contains("(2)");
        assertThat(socksTrouble("http://nobody.lab/")).contains("(4)");
    }

    private static String socksTrouble(String url) throws Exception {
        ClientBed.Ended ended = bed.run(command(Way.SOCKS5_HOSTNAME, List.of(), url));
        assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(PROXY_TROUBLE);
        return ended.errors();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--socks4", "--socks4a"})
    void shouldRefuseSocks4InItsOwnWords(String option) throws Exception {
        ClientBed.Ended ended =
                bed.run("curl", "-sS", "--noproxy", "", option, bed.socksProxy(), "http://10.71.2.1/bytes/1");
        assertThat(ended.exitCode()).isEqualTo(PROXY_TROUBLE);
        assertThat(ended.errors()).contains("(91)", "rejected or failed");
    }

    private static ClientBed.Ended curl(Way way, List<String> options, String... urls) throws Exception {
        return curl(way, new byte[0], options, urls);
    }

    private static ClientBed.Ended curl(Way way, byte[] input, List<String> options, String... urls) throws Exception {
        return bed.run(input, command(way, options, urls)).successfully();
    }

    private static String[] command(Way way, List<String> options, String... urls) {
        return Stream.of(
                        Stream.of("curl", "-sS", "--http1.1", "--noproxy", "", "--cacert", bed.certificate()),
                        way.options(),
                        options.stream(),
                        Stream.of(urls))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }
}

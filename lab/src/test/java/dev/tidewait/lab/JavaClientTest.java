package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK's HttpClient, its WebSocket, URLConnection and Socket, by {@link JavaClient}. */
@NeedsRoot
@Timeout(60)
class JavaClientTest {
    private static final int SIZE = 700_000;

    @TempDir
    private static Path folder;

    private static ClientBed bed;
    private static WebSocketOrigin webSockets;

    @BeforeAll
    static void start() throws Exception {
        bed = ClientBed.start(folder, folder);
        webSockets = WebSocketOrigin.start(bed.topology().server(), bed.origin().tls());
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
        webSockets.close();
    }

    @ParameterizedTest
    @CsvSource({
        "httpclient-get, http, 1",
        "httpclient-thrice, http, 3",
        "httpclient-parallel, http, 20",
        "url-http-get, http, 1",
        "httpclient-get, https, 1",
        "httpclient-thrice, https, 3",
        "httpclient-parallel, https, 20",
        "url-http-get, https, 1",
        "url-socks-get, https, 1",
        "url-socks-get, http, 1",
        "socket-socks, http, 1",
    })
    void shouldDownload(String kind, String scheme, int times) throws Exception {
        long before = bed.leases();
        assertThat(java(kind, scheme + "://" + WebOrigin.NAME + "/bytes/" + SIZE)
                        .successfully()
                        .output())
                .isEqualTo((TestBytes.sha256(SIZE) + " 200\n").repeat(times));
        assertThat(bed.leases() - before)
                .isBetween(
                        scheme.equals("http") && kind.contains("http") ? 0L : 1L,
                        kind.endsWith("parallel") ? times : 1L);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "httpclient-put, http",
        "url-http-put, http",
        "httpclient-put, https",
        "url-http-put, https",
        "url-socks-put, https",
        "url-socks-put, http"
    })
    void shouldUpload(String kind, String scheme) throws Exception {
        assertThat(java(kind, scheme + "://" + WebOrigin.NAME + "/take")
                        .successfully()
                        .output())
                .isEqualTo(TestBytes.sha256(JavaClient.UPLOAD_BYTES) + " 200\n");
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({"ws, " + WebSocketOrigin.PLAIN_PORT, "wss, " + WebSocketOrigin.TLS_PORT})
    void shouldTalkThroughAWebSocket(String scheme, int port) throws Exception {
        assertThat(java("httpclient-websocket", scheme + "://" + WebOrigin.NAME + ":" + port + "/")
                        .successfully()
                        .output())
                .isEqualTo(JavaClient.WEBSOCKET_MESSAGES + " 1000\n");
        assertThat(webSockets.broken()).isZero();
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "url-http-get, https://127.0.0.1/x, 403 Forbidden",
        "url-socks-get, http://127.0.0.1/x, SOCKS: Connection not allowed by ruleset",
        "url-socks-get, http://nobody.lab/x, SOCKS: Host unreachable",
        "url-socks-get, http://origin.lab:9/x, SOCKS: Connection refused",
    })
    void shouldSayWhyItWasRefused(String kind, String url, String hint) throws Exception {
        ClientBed.Ended ended = java(kind, url);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains(hint);
    }

    private static ClientBed.Ended java(String kind, String url) throws Exception {
        String[] proxy = (kind.contains("socks") ? bed.socksProxy() : bed.httpProxy()).split(":");
        return bed.java(JavaClient.class, kind, proxy[0], proxy[1], url);
    }
}

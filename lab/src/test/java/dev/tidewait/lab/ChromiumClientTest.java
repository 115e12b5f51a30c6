package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Debian's Chromium, headless: a page with 100 objects and a WebSocket, as the page itself and the origin saw it. */
@NeedsRoot
@Timeout(120)
class ChromiumClientTest {
    /** The proxy, and what the origin is called. */
    enum Way {
        HTTP("http", "http"),
        CONNECT("http", "https"),
        SOCKS5("socks5", "https"),
        SOCKS5_FOR_HTTP("socks5", "http");

        private final String proxyScheme;
        private final String scheme;

        Way(String proxyScheme, String scheme) {
            this.proxyScheme = proxyScheme;
            this.scheme = scheme;
        }
    }

    @TempDir
    private Path folder;

    private ClientBed bed;
    private WebSocketOrigin webSockets;
    private final BrowserPage page = new BrowserPage();

    @BeforeEach
    void start() throws Exception {
        bed = ClientBed.start(folder, folder);
        bed.origin().serve(page.pages());
        webSockets = WebSocketOrigin.start(bed.topology().server(), bed.origin().tls());
    }

    @AfterEach
    void stop() throws Exception {
        bed.close();
        webSockets.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoadAPageWithAHundredObjectsAndAWebSocket(Way way) throws Exception {
        String proxy = way.proxyScheme + "://" + (way.proxyScheme.equals("http") ? bed.httpProxy() : bed.socksProxy());
        ClientBed.Ended ended = bed.run(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--ignore-certificate-errors-spki-list="
                                + bed.origin().tls().keyHash(),
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--proxy-server=" + proxy,
                        "--dump-dom",
                        way.scheme + "://" + WebOrigin.NAME + "/page")
                .successfully();
        String wanted =
                "objects=%d failed=0 echoed=%d socket=clean".formatted(BrowserPage.OBJECTS, BrowserPage.MESSAGES);
        assertThat(page.report()).isEqualTo(wanted);
        assertThat(ended.output()).contains(">" + wanted + "<");
        List<String> objects = IntStream.range(0, BrowserPage.OBJECTS)
                .mapToObj(i -> "GET /object/" + i)
                .toList();
        assertThat(bed.origin().requests()).containsAll(objects).contains("GET /page", "GET /wait");
        assertThat(webSockets.messages()).isEqualTo(BrowserPage.MESSAGES);
        assertThat(webSockets.broken()).isZero();
        assertThat(bed.leases()).isPositive();
        bed.awaitNoLease();
    }
}

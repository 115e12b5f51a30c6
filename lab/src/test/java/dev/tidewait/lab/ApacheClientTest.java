package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apache HttpClient 5 with its pool of connections, by {@link ApacheClient}. */
@NeedsRoot
@Timeout(60)
class ApacheClientTest {
    private static final int SIZE = 700_000;

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
    @CsvSource({
        "http-get, http, 1, 1",
        "http-thrice, http, 3, 1",
        "http-parallel, http, 20, 5",
        "http-get, https, 1, 1",
        "http-thrice, https, 3, 1",
        "http-parallel, https, 20, 5",
        "socks-get, https, 1, 1",
        "socks-thrice, http, 3, 1",
        "socks-parallel, http, 20, 5",
    })
    void shouldDownload(String kind, String scheme, int times, long mostConnections) throws Exception {
        long before = bed.leases();
        assertThat(client(kind, scheme + "://" + WebOrigin.NAME + "/bytes/" + SIZE)
                        .successfully()
                        .output())
                .isEqualTo((TestBytes.sha256(SIZE) + " 200\n").repeat(times));
        assertThat(bed.leases() - before)
                .isBetween(scheme.equals("http") && kind.startsWith("http") ? 0L : 1L, mostConnections);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "http-put, http",
        "http-put-expecting, http",
        "http-put, https",
        "http-put-expecting, https",
        "socks-put, https",
        "socks-put-expecting, http"
    })
    void shouldUpload(String kind, String scheme) throws Exception {
        assertThat(client(kind, scheme + "://" + WebOrigin.NAME + "/take")
                        .successfully()
                        .output())
                .isEqualTo(TestBytes.sha256(JavaClient.UPLOAD_BYTES) + " 200\n");
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "socks-get, http://nobody.lab/x, nobody.lab",
        "socks-get, http://origin.lab:9/x, SOCKS: Connection refused",
    })
    void shouldSayWhyItWasRefused(String kind, String url, String hint) throws Exception {
        ClientBed.Ended ended = client(kind, url);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains(hint);
    }

    /** HttpClient gives the proxy's answer to its caller as if the server had sent it. */
    @Test
    void shouldShowTheProxysAnswerToARefusedTunnel() throws Exception {
        assertThat(client("http-get", "https://127.0.0.1/x").successfully().output())
                .endsWith(" 403\n");
    }

    private static ClientBed.Ended client(String kind, String url) throws Exception {
        String[] proxy = (kind.startsWith("socks") ? bed.socksProxy() : bed.httpProxy()).split(":");
        return bed.java(ApacheClient.class, kind, proxy[0], proxy[1], url);
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Python's urllib and http.client, and a SOCKS5 client written in twenty lines of it. */
@NeedsRoot
@Timeout(60)
class PythonClientTest {
    private static final int SIZE = 700_000;

    @TempDir
    private static Path folder;

    private static Path script;
    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        script = folder.resolve("client.py");
        try (InputStream text = PythonClientTest.class.getResourceAsStream("/clients/client.py")) {
            Files.copy(text, script);
        }
        bed = ClientBed.start(folder, folder);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @CsvSource({
        "urllib-get, http",
        "urllib-get, https",
        "tunnel-get, https",
        "tunnel-twice, https",
        "socks-get, http",
        "socks-get, https",
        "socks-twice, http",
        "socks-twice, https",
    })
    void shouldDownload(String kind, String scheme) throws Exception {
        long before = bed.leases();
        assertThat(python(kind, scheme + "://" + WebOrigin.NAME + "/bytes/" + SIZE)
                        .successfully()
                        .output())
                .isEqualTo(TestBytes.sha256(SIZE) + " 200\n");
        long least = kind.startsWith("urllib") && scheme.equals("http") ? before : before + 1;
        assertThat(bed.leases()).isBetween(least, before + 1);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "urllib-put, http",
        "urllib-put, https",
        "tunnel-chunked-put, https",
        "socks-put, http",
        "socks-put, https"
    })
    void shouldUpload(String kind, String scheme) throws Exception {
        String wanted =
                python("own-content", "http://x/").successfully().output().strip();
        assertThat(python(kind, scheme + "://" + WebOrigin.NAME + "/take")
                        .successfully()
                        .output())
                .isEqualTo(wanted + " 200\n");
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({
        "urllib-get, http://127.0.0.1/x, HTTP Error 403: Forbidden",
        "urllib-get, http://nobody.lab/x, HTTP Error 502: Bad Gateway",
        "urllib-get, https://127.0.0.1/x, Tunnel connection failed: 403 Forbidden",
        "tunnel-get, https://nobody.lab/x, Tunnel connection failed: 502 Bad Gateway",
        "socks-get, http://127.0.0.1/x, SOCKS5 reply 2",
        "socks-get, http://nobody.lab/x, SOCKS5 reply 4",
        "socks-get, http://origin.lab:9/x, SOCKS5 reply 5",
    })
    void shouldSayWhyItWasRefused(String kind, String url, String hint) throws Exception {
        ClientBed.Ended ended = python(kind, url);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains(hint);
    }

    private static ClientBed.Ended python(String kind, String url) throws Exception {
        String proxy = kind.startsWith("socks") ? bed.socksProxy() : bed.httpProxy();
        return bed.run("python3", script.toString(), kind, proxy, url, bed.certificate());
    }
}

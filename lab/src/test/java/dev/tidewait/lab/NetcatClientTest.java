package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenBSD's nc, as ssh's ProxyCommand uses it: bytes in both directions, and a side that ends first. */
@NeedsRoot
@Timeout(60)
class NetcatClientTest {
    private static final int ECHO_PORT = 7777;
    private static final int SIZE = 3_000_000;

    /** What nc calls the protocol. */
    enum Way {
        CONNECT("connect"),
        SOCKS5("5");

        private final String word;

        Way(String word) {
            this.word = word;
        }

        String proxy() {
            return this == CONNECT ? bed.httpProxy() : bed.socksProxy();
        }
    }

    @TempDir
    private static Path folder;

    private static ClientBed bed;
    private static EchoOrigin echo;

    @BeforeAll
    static void start() throws Exception {
        bed = ClientBed.start(folder, folder);
        echo = EchoOrigin.start(bed.topology().server(), ECHO_PORT);
    }

    @AfterAll
    static void stop() throws Exception {
        bed.close();
        echo.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHearTheEndOfWhatItSentAfterItsOwnEnd(Way way) throws Exception {
        byte[] content = TestBytes.first(SIZE);
        String back = nc(way, content, WebOrigin.NAME, ECHO_PORT).successfully().output();
        assertThat(back.getBytes(ISO_8859_1)).isEqualTo(content);
        assertThat(echo.brokenCount()).isZero();
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHearAServerThatEndsFirst(Way way) throws Exception {
        String request = "GET /bytes/7 HTTP/1.1\r\nHost: " + WebOrigin.NAME + "\r\nConnection: close\r\n\r\n";
        assertThat(nc(way, request.getBytes(US_ASCII), bed.address(), 80)
                        .successfully()
                        .output())
                .startsWith("HTTP/1.1 200 OK\r\n");
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @CsvSource({"CONNECT, 502", "SOCKS5, Connection refused"})
    void shouldSayWhyItWasRefused(Way way, String hint) throws Exception {
        ClientBed.Ended ended = nc(way, new byte[0], bed.address(), ClientBed.CLOSED_PORT);
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.errors()).contains(hint);
    }

    private static ClientBed.Ended nc(Way way, byte[] input, String host, int port) throws Exception {
        List<String> words = List.of("nc.openbsd", "-N", "-X", way.word, "-x", way.proxy(), host);
        return bed.run(
                input,
                Stream.concat(words.stream(), Stream.of(Integer.toString(port))).toArray(String[]::new));
    }
}

package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What depends on settings and arguments; everything else is in the corpus. */
class HeadWriterTest {
    private static final String GET = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n";
    private static final long NOW = 784_111_777;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X_FORWARDED_FOR | 192.0.2.7 | X-Forwarded-For: 192.0.2.7",
                "X_FORWARDED_FOR | 2001:db8::7 | X-Forwarded-For: 2001:db8::7",
                "FORWARDED | 192.0.2.7 | Forwarded: for=192.0.2.7;proto=http",
                "FORWARDED | 2001:db8::7 | Forwarded: for=\"[2001:db8::7]\";proto=http",
            })
    void shouldTellTheClientsAddressBehindWhatTheClientSaid(ClientAddress setting, String address, String line) {
        String sent =
                request(setting, address, GET + "X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n\r\n", true);
        assertThat(sent)
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n"
                        + "Via: 1.1 me\r\n" + line + "\r\n\r\n");
    }

    @Test
    void shouldSayThatTheConnectionToTheServerEnds() {
        assertThat(request(GET + "Connection: keep-alive\r\n\r\n", false))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 me\r\nConnection: close\r\n\r\n");
    }

    @Test
    void shouldWriteOneConnectionFieldForAllItsOptions() {
        String sent =
                request(GET + "Connection: Upgrade, TE, close\r\nUpgrade: websocket\r\nTE: trailers\r\n\r\n", false);
        assertThat(sent)
                .endsWith("Connection: close, TE, upgrade\r\nTE: trailers\r\nUpgrade: websocket\r\n\r\n")
                .containsOnlyOnce("Connection:");
    }

    @Test
    void shouldSendOriginFormAsItCame() {
        assertThat(request("GET /p HTTP/1.1\r\nHost: a.test\r\n\r\n", true))
                .isEqualTo("GET /p HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 me\r\n\r\n");
    }

    @Test
    void shouldNotSendConnectOn() {
        assertThatThrownBy(() -> request("CONNECT a.test:1 HTTP/1.1\r\nHost: a.test\r\n\r\n", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CONNECT");
    }

    @Test
    void shouldDateWhatTheServerDidNot() {
        assertThat(response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true))
                .endsWith("Content-Length: 0\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nVia: 1.1 me\r\n\r\n");
        assertThat(response("HTTP/1.1 200 OK\r\nConnection: Date\r\nDate: x\r\nContent-Length: 0\r\n\r\n", true))
                .containsOnlyOnce("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        assertThat(response("HTTP/1.1 103 Early Hints\r\n\r\n", true)).doesNotContain("Date");
    }

    @Test
    void shouldNotSayThatTheConnectionEndsBehindAnInterimResponse() {
        assertThat(response("HTTP/1.1 103 Early Hints\r\n\r\n", false)).doesNotContain("Connection");
        assertThat(response("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false))
                .contains("Connection: close\r\n");
    }

    @Test
    void shouldWriteLengthsWithoutLeadingZerosAlsoAfterHead() {
        ByteBuf out = Unpooled.buffer();
        RequestHead request = Heads.request(GET.replace("GET", "HEAD") + "\r\n");
        new HeadWriter("me", ClientAddress.OFF)
                .response(Heads.response("HTTP/1.1 200 OK\r\nContent-Length: 0017\r\n\r\n"), request, true, NOW, out);
        assertThat(text(out)).contains("\r\nContent-Length: 17\r\n").doesNotContain("0017");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nX: y", "caf\u00e9"})
    void shouldRefuseANameThatIsNoToken(String pseudonym) {
        assertThatThrownBy(() -> new HeadWriter(pseudonym, ClientAddress.OFF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Via");
    }

    @Test
    void shouldWriteDatesAsImfFixdate() {
        assertThat(HttpDate.of(NOW)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.of(0)).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
        assertThat(HttpDate.of(1_789_000_000)).matches("[A-Z][a-z]{2}, \\d\\d Sep 2026 \\d\\d:\\d\\d:\\d\\d GMT");
    }

    private static String request(String head, boolean keepAlive) {
        return request(ClientAddress.OFF, "192.0.2.7", head, keepAlive);
    }

    private static String request(ClientAddress setting, String address, String head, boolean keepAlive) {
        ByteBuf out = Unpooled.buffer();
        new HeadWriter("me", setting).request(Heads.request(head), InetAddress.ofLiteral(address), keepAlive, out);
        return text(out);
    }

    private static String response(String head, boolean keepAlive) {
        ByteBuf out = Unpooled.buffer();
        new HeadWriter("me", ClientAddress.OFF)
                .response(Heads.response(head), Heads.request(GET + "\r\n"), keepAlive, NOW, out);
        return text(out);
    }

    private static String text(ByteBuf out) {
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}

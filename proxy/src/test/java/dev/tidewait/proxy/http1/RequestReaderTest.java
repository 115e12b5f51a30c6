package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {
    private static final String HEAD = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private final RequestReader reader = new RequestReader(256);

    @Test
    void shouldTakeTheHeadAndNothingBehindIt() {
        ByteBuf in = Pieces.buffer(HEAD + "rest");
        assertThat(read(in).byteCount()).isEqualTo(HEAD.length());
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("rest");
    }

    @Test
    void shouldReadOneHeadAfterTheOther() {
        ByteBuf in = Pieces.buffer(HEAD + "\r\n" + HEAD.replace("GET", "PUT"));
        RequestHead first = read(in);
        RequestHead second = read(in);
        assertThat(first.method()).isEqualTo("GET");
        assertThat(first.fields().value(0)).isEqualTo("a.test");
        assertThat(second.method()).isEqualTo("PUT");
        assertThat(second.byteCount()).isEqualTo(HEAD.length());
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void shouldTellAnIdleClientFromAnUnfinishedHead() {
        assertThat(reader.hasBegun()).isFalse();
        assertThat(reader.read(Pieces.buffer("\r\n"))).isEqualTo(RequestReading.More.MORE);
        assertThat(reader.hasBegun()).isFalse();
        assertThat(reader.read(Pieces.buffer(HEAD.substring(0, 20)))).isEqualTo(RequestReading.More.MORE);
        assertThat(reader.hasBegun()).isTrue();
        assertThat(reader.read(Pieces.buffer(HEAD.substring(20)))).isInstanceOf(RequestReading.Read.class);
        assertThat(reader.hasBegun()).isFalse();
    }

    @Test
    void shouldTakeAHeadOfTheLimitAndNoLongerOne() {
        String line = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nX: ";
        String fits = line + "x".repeat(256 - line.length() - 4) + "\r\n\r\n";
        assertThat(read(Pieces.buffer(fits)).byteCount()).isEqualTo(256);
        Failure failure = unfit(new RequestReader(256), line + "x".repeat(256 - line.length() - 3) + "\r\n\r\n");
        assertThat(failure.error()).isEqualTo(ProxyError.HEAD_TOO_LARGE);
        assertThat(failure.text()).contains("longer than 256 bytes");
    }

    @Test
    void shouldSaySoBeforeMoreComesThanTheLimit() {
        ByteBuf endless = Pieces.buffer("GET http://a.test/" + "x".repeat(10_000));
        assertThat(reader.read(endless)).isInstanceOf(RequestReading.Unfit.class);
        assertThat(endless.readableBytes()).isGreaterThan(9_000);
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD / HTTP/1.1, true",
        "HEAD ftp://a.test/ HTTP/1.1, false",
        "HEAD http://a.test/ HTTP/1.2, false",
        "HEADER http://a.test/ HTTP/1.2, true",
        "GET ftp://a.test/ HTTP/1.1, true",
    })
    void shouldLeaveOutTheContentOfAnAnswerToHead(String line, boolean bodyAllowed) {
        RequestReading reading = reader.read(Pieces.buffer(line + "\r\nHost: a.test\r\n\r\n"));
        if (reading instanceof RequestReading.Unfit unfit) {
            assertThat(unfit.failure().bodyAllowed()).isEqualTo(bodyAllowed);
        } else {
            Duty duty = Duty.of(((RequestReading.Read) reading).head());
            assertThat(((Duty.Refuse) duty).failure().bodyAllowed()).isFalse();
        }
    }

    @Test
    void shouldRefuseAtTheFirstByteThatIsWrong() {
        assertThat(unfit(reader, "\u0016").text()).contains("TLS");
        assertThat(unfit(new RequestReader(256), "\u0005").text()).contains("SOCKS");
        assertThat(unfit(new RequestReader(256), "GET / HTTP/1.1\n").text()).contains("CRLF");
        assertThat(unfit(new RequestReader(256), "GET / HTTP/1.1\r\nX :").text())
                .contains("before the colon");
        assertThat(unfit(new RequestReader(256), "GET / HTTP/1.1\r\nX: y\r\n ").text())
                .contains("folded");
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.test/, CONNECT host:443",
        "ftp://a.test/, only http://",
        "a.test, write http://host/path",
        "http://u@a.test/, user information",
        "http://a.test/#x, fragment",
        "http://a.test:99999/, give 1 to 65535",
    })
    void shouldSayHowToWriteTheTarget(String target, String hint) {
        assertThat(unfit(reader, "GET " + target + " HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .text())
                .contains(hint);
    }

    /** What goes wrong is logged; passwords and queries are not for the log. */
    @ParameterizedTest
    @CsvSource({
        "GET http://ann:secret@a.test/?token=secret, a.test, 'http://...@a.test/?...'",
        "GET http://secret@a.test/b@c, a.test, 'http://...@a.test/b@c'",
        "GET http://a..test/b@2x?token=secret, a.test, 'http://a..test/b@2x?...'",
        "GET http://a.test:port?secret, a.test, 'http://a.test:port?...'",
        "GET ftp://ann:secret@a.test?secret, a.test, 'ftp://...@a.test?...'",
        "GET ann:secret@a.test/?secret, a.test, '...@a.test/?...'",
        "get ann:secret@a.test/?secret, a.test, '...@a.test/?...'",
        "CONNECT ann:secret@a.test:443, a.test, '...@a.test:443'",
        "CONNECT a.test:443?secret, a.test, 'a.test:443?...'",
        "CONNECT a.test:443/?secret, a.test, 'a.test:443/?...'",
        "GET http://a.test/, ann:secret@a.test, The Host field is not a host",
        "GET http://a.test/, a.test:secret, The Host field is not a host",
    })
    void shouldKeepSecretsToItself(String methodAndTarget, String host, String shown) {
        assertThat(unfit(reader, methodAndTarget + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .text())
                .contains(shown)
                .doesNotContain("secret", "ann");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, X: y, true",
        "HTTP/1.1, Connection: keep-alive, true",
        "HTTP/1.1, Connection: close, false",
        "HTTP/1.1, 'Connection: Foo, Close', false",
        "HTTP/1.0, X: y, false",
        "HTTP/1.0, Connection: keep-alive, false",
    })
    void shouldTellWhetherAnotherRequestMayFollow(String version, String field, boolean keepAlive) {
        RequestHead head = Heads.request("GET http://a.test/ " + version + "\r\nHost: a.test\r\n" + field + "\r\n\r\n");
        assertThat(head.keepAlive()).isEqualTo(keepAlive);
    }

    @ParameterizedTest
    @CsvSource({"5, true", "0, true", "-, false"})
    void shouldExpectContinueOnlyBeforeContent(String length, boolean expects) {
        String field = length.equals("-") ? "" : "Content-Length: " + length + "\r\n";
        RequestHead head = Heads.request(
                "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nExpect: 100-Continue\r\n" + field + "\r\n");
        assertThat(head.expectsContinue()).isEqualTo(expects);
    }

    @ParameterizedTest
    @CsvSource({"GET, true", "PUT, true", "DELETE, true", "POST, false", "PATCH, false", "PROPFIND, false", "get, false"
    })
    void shouldKnowWhatMayBeSentTwice(String method, boolean idempotent) {
        assertThat(Heads.request(HEAD.replace("GET", method)).isIdempotent()).isEqualTo(idempotent);
    }

    @Test
    void shouldFindFieldsByName() {
        Fields fields = Heads.request(HEAD.replace("\r\n\r\n", "\r\nX-A: 1\r\nx-a: 2\r\nCookie: \r\n\r\n"))
                .fields();
        assertThat(fields.count()).isEqualTo(4);
        assertThat(fields.known(0)).isEqualTo(FieldName.HOST);
        assertThat(fields.value(0)).isEqualTo("a.test");
        assertThat(fields.isNamed(1, "x-a")).isTrue();
        assertThat(fields.isNamed(1, "x")).isFalse();
        assertThat(fields.value(1)).isEqualTo("1");
        assertThat(fields.known(3)).isEqualTo(FieldName.COOKIE);
        assertThat(fields.value(3)).isEmpty();
        assertThat(fields.name(2)).isEqualTo("x-a");
        assertThat(fields.known(2)).isEqualTo(FieldName.OTHER);
    }

    private RequestHead read(ByteBuf in) {
        return ((RequestReading.Read) reader.read(in)).head();
    }

    private static Failure unfit(RequestReader reader, String text) {
        return ((RequestReading.Unfit) reader.read(Pieces.buffer(text))).failure();
    }
}

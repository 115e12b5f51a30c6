package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.failure.ProxyError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @Test
    void shouldBeCompleteAtOnceWithoutContent() {
        for (String fields : new String[] {"", "Content-Length: 0\r\n"}) {
            BodyReader body = BodyReader.ofRequest(
                    Heads.request("POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n"));
            assertThat(body.isComplete()).isTrue();
            assertThat(body.extent(Pieces.buffer("GET"))).isZero();
            assertThat(body.inputEnded()).isTrue();
        }
    }

    @Test
    void shouldCountUpToTheLength() {
        BodyReader body = response("Content-Length: 5\r\n", "GET");
        ByteBuf in = Pieces.buffer("xhel");
        in.skipBytes(1);
        assertThat(body.extent(in)).isEqualTo(3);
        assertThat(in.readerIndex()).isEqualTo(1);
        assertThat(body.isComplete()).isFalse();
        assertThat(body.extent(Pieces.buffer("loHTTP/1.1"))).isEqualTo(2);
        assertThat(body.isComplete()).isTrue();
    }

    @Test
    void shouldCountBeyondTwoGigabytes() {
        BodyReader body = response("Content-Length: 9223372036854775807\r\n", "GET");
        assertThat(body.extent(Pieces.buffer("x".repeat(1000)))).isEqualTo(1000);
        assertThat(body.isComplete()).isFalse();
        BodyReader chunks = response("Transfer-Encoding: chunked\r\n", "GET");
        assertThat(chunks.extent(Pieces.buffer("7fffffffffffffff\r\n" + "x".repeat(1000))))
                .isEqualTo(1018);
        assertThat(chunks.isComplete()).isFalse();
    }

    @Test
    void shouldEndWithTheConnectionWhereNothingElseTellsTheEnd() {
        BodyReader body = response("", "GET");
        assertThat(body.extent(Pieces.buffer("hello"))).isEqualTo(5);
        assertThat(body.isComplete()).isFalse();
        assertThat(body.inputEnded()).isTrue();
        assertThat(body.isComplete()).isTrue();
    }

    @Test
    void shouldTellWhatWasCutShort() {
        BodyReader fixed = response("Content-Length: 5\r\n", "GET");
        fixed.extent(Pieces.buffer("hell"));
        assertThat(fixed.inputEnded()).isFalse();
        BodyReader chunks = response("Transfer-Encoding: chunked\r\n", "GET");
        chunks.extent(Pieces.buffer("0\r\n"));
        assertThat(chunks.inputEnded()).isFalse();
        assertThat(chunks.extent(Pieces.buffer("\r\n"))).isEqualTo(2);
        assertThat(chunks.inputEnded()).isTrue();
    }

    @Test
    void shouldStopInFrontOfWhatIsBroken() {
        BodyReader body = response("Transfer-Encoding: chunked\r\n", "GET");
        assertThat(body.extent(Pieces.buffer("5\r\nhelloXX"))).isEqualTo(8);
        assertThat(body.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.error()).isEqualTo(ProxyError.BAD_RESPONSE);
            assertThat(failure.text()).contains("no CRLF behind the data");
        });
        assertThat(body.isComplete()).isFalse();
        assertThat(body.extent(Pieces.buffer("5\r\n"))).isZero();
    }

    @Test
    void shouldCallABrokenRequestBadRequest() {
        BodyReader body = BodyReader.ofRequest(
                Heads.request("POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertThat(body.extent(Pieces.buffer("x"))).isZero();
        assertThat(body.failure())
                .hasValueSatisfying(failure -> assertThat(failure.error()).isEqualTo(ProxyError.BAD_REQUEST));
    }

    @Test
    void shouldGiveTheDataOfChunksAlone() {
        BodyReader body = response("Transfer-Encoding: chunked\r\n", "GET");
        ByteBuf in = Pieces.buffer("5;x\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\nHTTP/1.1");
        StringBuilder data = new StringBuilder();
        while (!body.isComplete()) {
            int length = body.run(in);
            String text = in.readCharSequence(length, StandardCharsets.US_ASCII).toString();
            data.append(body.isData() ? text : "");
        }
        assertThat(data).hasToString("hello world");
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1");
    }

    @Test
    void shouldHaveNoContentAfterHead() {
        assertThat(response("Content-Length: 5\r\n", "HEAD").isComplete()).isTrue();
        assertThat(response("", "HEAD").isComplete()).isTrue();
    }

    private static BodyReader response(String fields, String method) {
        return BodyReader.ofResponse(Heads.response(OK + fields + "\r\n"), method);
    }
}

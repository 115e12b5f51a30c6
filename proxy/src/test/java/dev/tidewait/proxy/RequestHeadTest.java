package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static final String HOST = "\r\nHost: a.example";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443",
                "CONNECT a.example:443 HTTP/1.1\r\nhOST:a.example\r\nX-Empty:\r\nUser-Agent: \t curl/8 \t",
                "CONNECT a.example:443 HTTP/1.1\r\nHost:",
                "CONNECT a.example:443 HTTP/1.1\r\nHost: other.example:1\r\nContent-Length: 0",
                "CONNECT a.example:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\nX: caf\u00e9",
                "CONNECT a.example:443 HTTP/1.0",
            })
    void shouldReadWellFormedConnect(String head) {
        assertThat(RequestHead.parse(head))
                .isEqualTo(new RequestHead.Connect(new HostPort("a.example", 443), List.of()));
    }

    @Test
    void shouldReadIpv6Target() {
        assertThat(RequestHead.parse("CONNECT [2001:db8::1]:443 HTTP/1.1" + HOST))
                .isEqualTo(new RequestHead.Connect(new HostPort("2001:db8::1", 443), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "CONNECT",
                "CONNECT a.example:443",
                "CONNECT a.example:443  HTTP/1.1",
                "CONNECT  a.example:443 HTTP/1.1",
                " CONNECT a.example:443 HTTP/1.1",
                "CONNECT a.example:443 HTTP/1.1 ",
                "CONNECT\ta.example:443\tHTTP/1.1",
                "CONN(ECT a.example:443 HTTP/1.1",
                "CONNECT a.example:443 http/1.1",
                "CONNECT a.example:443 HTTP/1.10",
                "CONNECT a.example:443 HTTP/11",
                "CONNECT a.example:443 HTTPS/1.1",
                "CONNECT a.example HTTP/1.1",
                "CONNECT a.example: HTTP/1.1",
                "CONNECT :443 HTTP/1.1",
                "CONNECT a.example:65536 HTTP/1.1",
                "CONNECT a.example:99999999999999999999999 HTTP/1.1",
                "CONNECT a.example:-1 HTTP/1.1",
                "CONNECT a.example:0443 HTTP/1.1",
                "CONNECT user:pw@a.example:443 HTTP/1.1",
                "CONNECT a.example:443/ HTTP/1.1",
                "CONNECT a.example:443?q HTTP/1.1",
                "CONNECT a.example:443#f HTTP/1.1",
                "CONNECT http://a.example:443 HTTP/1.1",
                "CONNECT [fe80::1%25eth0]:443 HTTP/1.1",
                "CONNECT [fe80::1%eth0]:443 HTTP/1.1",
                "CONNECT 2001:db8::1:443 HTTP/1.1",
                "CONNECT 127.1:443 HTTP/1.1",
                "CONNECT 0x7f000001:443 HTTP/1.1",
                "CONNECT 2130706433:443 HTTP/1.1",
                "CONNECT 0177.0.0.1:443 HTTP/1.1",
                "CONNECT * HTTP/1.1",
                "CONNECT / HTTP/1.1",
            })
    void shouldRefuseMalformedFirstLine(String line) {
        assertThat(errorOf(line + HOST)).isEqualTo(ProxyError.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\nX: y",
                HOST + HOST,
                HOST + "\r\nHost : b",
                HOST + "\r\nX : y",
                HOST + "\r\n X: folded",
                HOST + "\r\n\tfolded",
                HOST + "\r\n: no name",
                HOST + "\r\nno colon",
                HOST + "\r\nX(y): z",
                HOST + "\r\nX\u00e9: z",
                HOST + "\r\nX: a\u0001b",
                HOST + "\r\nX: a\u007fb",
                HOST + "\r\nTransfer-Encoding: chunked",
                HOST + "\r\nTransfer-Encoding: identity",
                HOST + "\r\nContent-Length: 1",
                HOST + "\r\nContent-Length: +0",
                HOST + "\r\nContent-Length: 0, 0",
                HOST + "\r\nContent-Length: 99999999999999999999999999",
                "\r\nHost: a b",
                "\r\nHost: a.example:",
                "\r\nHost: a.example:x",
                "\r\nHost: u@a.example",
            })
    void shouldRefuseMalformedFields(String fields) {
        assertThat(errorOf("CONNECT a.example:443 HTTP/1.1" + fields)).isEqualTo(ProxyError.BAD_REQUEST);
    }

    @Test
    void shouldRefuseTooManyFields() {
        assertThat(errorOf("CONNECT a.example:443 HTTP/1.1" + HOST + "\r\nX: y".repeat(99)))
                .isNull();
        assertThat(errorOf("CONNECT a.example:443 HTTP/1.1" + HOST + "\r\nX: y".repeat(100)))
                .isEqualTo(ProxyError.BAD_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        "GET http://a.example/ HTTP/1.1, METHOD_NOT_ALLOWED",
        "HEAD http://a.example/ HTTP/1.1, METHOD_NOT_ALLOWED",
        "OPTIONS * HTTP/1.0, METHOD_NOT_ALLOWED",
        "connect a.example:443 HTTP/1.1, METHOD_UNKNOWN",
        "BREW pot HTTP/1.1, METHOD_UNKNOWN",
        "PRI * HTTP/2.0, VERSION_UNKNOWN",
        "CONNECT a.example:443 HTTP/1.2, VERSION_UNKNOWN",
        "CONNECT a.example:443 HTTP/0.9, VERSION_UNKNOWN",
    })
    void shouldTellUnknownFromNotOffered(String line, ProxyError error) {
        assertThat(errorOf(line + HOST)).isEqualTo(error);
    }

    @Test
    void shouldLeaveOutTheBodyForHeadOnly() {
        assertThat(unfit("HEAD / HTTP/1.1" + HOST).bodyAllowed()).isFalse();
        assertThat(unfit("GET / HTTP/1.1" + HOST).bodyAllowed()).isTrue();
        assertThat(unfit("GET / HTTP/1.1" + HOST).text()).contains("Only CONNECT");
    }

    private static Failure unfit(String head) {
        return ((RequestHead.Unfit) RequestHead.parse(head)).failure();
    }

    private static @Nullable ProxyError errorOf(String head) {
        return RequestHead.parse(head) instanceof RequestHead.Unfit unfit
                ? unfit.failure().error()
                : null;
    }
}

package dev.tidewait.proxy;

import dev.tidewait.proxy.access.BasicCredentials;
import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.HttpDate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A failure as an HTTP/1.1 response with a {@code Proxy-Status} field (RFC 9209). Stateless. */
final class HttpAnswer {
    private static final int PROXY_AUTHENTICATION = 407;
    private static final int MAX_DETAILS_LENGTH = 1000;
    private static final int MAX_BODY_LENGTH = 8000;

    private HttpAnswer() {}

    /**
     * @param keep whether the connection lives on
     * @param bodyAllowed false as an answer to HEAD
     */
    static ByteBuf of(Failure failure, boolean keep, boolean bodyAllowed) {
        ProxyError error = failure.error();
        byte[] body = (error.status() + " " + error.reason() + "\n" + withoutControls(failure.text()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ").append(error.status()).append(' ').append(error.reason());
        head.append("\r\nDate: ").append(HttpDate.of(Instant.now().getEpochSecond()));
        head.append("\r\nProxy-Status: ").append(proxyStatus(failure));
        if (error == ProxyError.METHOD_NOT_ALLOWED) {
            head.append("\r\nAllow: CONNECT, GET, HEAD, POST, PUT, PATCH, DELETE");
        }
        if (error.status() == PROXY_AUTHENTICATION) {
            head.append("\r\nProxy-Authenticate: ").append(BasicCredentials.CHALLENGE);
        }
        if (error == ProxyError.NO_PORT || error == ProxyError.TOO_MANY || error == ProxyError.LOGIN_UNCHECKED) {
            head.append("\r\nRetry-After: 1");
        }
        head.append("\r\nContent-Type: text/plain; charset=utf-8");
        head.append("\r\nContent-Length: ").append(body.length);
        head.append(keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
        ByteBuf headBytes = Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
        return bodyAllowed ? Unpooled.wrappedBuffer(headBytes, Unpooled.wrappedBuffer(body)) : headBytes;
    }

    private static String proxyStatus(Failure failure) {
        ProxyError error = failure.error();
        String statusCode = error.errorType().equals("http_request_error") ? "; status-code=" + error.status() : "";
        return "tidewait; error=" + error.errorType() + statusCode + "; details=" + quoted(failure.text());
    }

    /** An sf-string (RFC 8941, section 3.3.3): printable ASCII, with backslashes before quotes and backslashes. */
    static String quoted(String text) {
        String printable = Printable.of(text, MAX_DETAILS_LENGTH);
        return '"' + printable.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String withoutControls(String text) {
        String bounded = text.length() <= MAX_BODY_LENGTH ? text : text.substring(0, MAX_BODY_LENGTH) + "...";
        return bounded.replaceAll("[\\p{Cntrl}&&[^\n]]", " ").strip();
    }
}

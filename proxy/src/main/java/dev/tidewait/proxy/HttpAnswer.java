package dev.tidewait.proxy;

import dev.tidewait.proxy.access.BasicCredentials;
import dev.tidewait.proxy.address.Printable;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.HttpDate;
import dev.tidewait.proxy.http1.RequestHead;
import dev.tidewait.proxy.http1.TraceContent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** The proxy's own responses: HTTP/1.1, and a failure with a {@code Proxy-Status} field (RFC 9209). Stateless. */
final class HttpAnswer {
    /** The status of all that is no failure. */
    static final int OK = 200;

    private static final int PROXY_AUTHENTICATION = 407;
    private static final int MAX_DETAILS_LENGTH = 1000;
    private static final int MAX_BODY_LENGTH = 8000;

    private HttpAnswer() {}

    /** What clients may ask for: the answer to OPTIONS. */
    static ByteBuf offer(List<String> methods, boolean keep) {
        return ascii(begin(OK, "OK").append("\r\nAllow: ").append(String.join(", ", methods)), 0, keep);
    }

    /** What has arrived: the answer to TRACE. */
    static ByteBuf echo(RequestHead request, boolean keep) {
        ByteBuf content = TraceContent.of(request);
        StringBuilder head = begin(OK, "OK").append("\r\nContent-Type: message/http");
        return Unpooled.wrappedBuffer(ascii(head, content.readableBytes(), keep), content);
    }

    /**
     * Why a request cannot be served.
     *
     * @param keep whether the connection lives on
     * @param bodyAllowed false as an answer to HEAD
     */
    static ByteBuf of(Failure failure, boolean keep, boolean bodyAllowed) {
        ProxyError error = failure.error();
        byte[] body = (error.status() + " " + error.reason() + "\n" + withoutControls(failure.text()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        StringBuilder head = begin(error.status(), error.reason());
        head.append("\r\nProxy-Status: ").append(proxyStatus(failure));
        if (error.status() == PROXY_AUTHENTICATION) {
            head.append("\r\nProxy-Authenticate: ").append(BasicCredentials.CHALLENGE);
        }
        if (error == ProxyError.NO_PORT || error == ProxyError.TOO_MANY || error == ProxyError.LOGIN_UNCHECKED) {
            head.append("\r\nRetry-After: 1");
        }
        head.append("\r\nContent-Type: text/plain; charset=utf-8");
        ByteBuf headBytes = ascii(head, body.length, keep);
        return bodyAllowed ? Unpooled.wrappedBuffer(headBytes, Unpooled.wrappedBuffer(body)) : headBytes;
    }

    private static StringBuilder begin(int status, String reason) {
        return new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason)
                .append("\r\nDate: ")
                .append(HttpDate.of(Instant.now().getEpochSecond()));
    }

    private static ByteBuf ascii(StringBuilder head, int contentLength, boolean keep) {
        head.append("\r\nContent-Length: ").append(contentLength);
        head.append(keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
        return Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
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

package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link WebOrigin} serves besides files. No state. */
final class WebPages {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    private WebPages() {}

    /** By the beginning of their paths. */
    static Map<String, HttpHandler> all() {
        return Map.of(
                "/bytes/", WebPages::bytes,
                "/chunked/", WebPages::chunked,
                "/take", WebPages::take,
                "/request", WebPages::request,
                "/redirect/", WebPages::redirect,
                "/status/", WebPages::status);
    }

    /** {@code /bytes/N}: N bytes of {@link TestBytes}, or the asked range of them. */
    private static void bytes(HttpExchange exchange) throws IOException {
        int size = (int) lastNumber(exchange);
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(size));
            exchange.sendResponseHeaders(200, -1);
        } else if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int last = range.group(2).isEmpty() ? size - 1 : Integer.parseInt(range.group(2));
            int length = last + 1 - from;
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + last + "/" + size);
            exchange.sendResponseHeaders(206, length);
            exchange.getResponseBody().write(TestBytes.first(size), from, length);
        } else {
            exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
            TestBytes.write(size, exchange.getResponseBody());
        }
        exchange.close();
    }

    /** The same without a length. */
    private static void chunked(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            TestBytes.write(lastNumber(exchange), body);
        }
    }

    /** The SHA-256 of the request's content. */
    private static void take(HttpExchange exchange) throws IOException {
        DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), sha256());
        exchange.getRequestBody().transferTo(digest);
        answer(exchange, 200, hex(digest));
    }

    /** The request as it came: method, target, fields. */
    private static void request(HttpExchange exchange) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append('\n');
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(
                        value -> text.append(name).append(": ").append(value).append('\n')));
        exchange.getRequestBody().readAllBytes();
        answer(exchange, 200, text.toString());
    }

    /** {@code /redirect/N} leads to {@code /bytes/N}. */
    private static void redirect(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Location", "/bytes/" + lastNumber(exchange));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void status(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders((int) lastNumber(exchange), -1);
        exchange.close();
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    private static long lastNumber(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static String hex(DigestOutputStream digest) {
        return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    }
}

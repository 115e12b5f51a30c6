package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A page with 100 objects and a WebSocket for a browser. One of its images ({@code /wait}) does not come before the page has reported
 * that all the others and the WebSocket are done, so the browser's load event means just that. For one visit; any thread.
 */
final class BrowserPage {
    static final int OBJECTS = 100;
    static final int MESSAGES = 50;

    private static final long DEADLINE_SECONDS = 30;
    private static final String IMAGE = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>";

    private final CompletableFuture<String> report = new CompletableFuture<>();

    /** By the beginning of their paths. */
    Map<String, HttpHandler> pages() {
        return Map.of("/page", this::page, "/object/", this::image, "/report", this::take, "/wait", this::awaitReport);
    }

    /** What the page said. */
    String report() {
        return report.getNow("no report");
    }

    private void page(HttpExchange exchange) throws IOException {
        try (InputStream text = BrowserPage.class.getResourceAsStream("/clients/page.html")) {
            if (text == null) {
                throw new IOException("the page is not among the test's resources");
            }
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            WebPages.answer(
                    exchange,
                    200,
                    new String(text.readAllBytes(), UTF_8)
                            .replace("WSS_PORT", Integer.toString(WebSocketOrigin.TLS_PORT))
                            .replace("WS_PORT", Integer.toString(WebSocketOrigin.PLAIN_PORT)));
        }
    }

    private void image(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "image/svg+xml");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        WebPages.answer(exchange, 200, IMAGE);
    }

    private void take(HttpExchange exchange) throws IOException {
        report.complete(exchange.getRequestURI().getQuery());
        WebPages.answer(exchange, 200, "thanks");
    }

    private void awaitReport(HttpExchange exchange) throws IOException {
        try {
            report.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            report.complete("nothing within " + DEADLINE_SECONDS + " s");
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
        image(exchange);
    }
}

package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.security.DigestOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The JDK's clients behind a proxy, as a program: KIND PROXY-HOST PROXY-PORT URL. Prints the SHA-256 of what came, or the answer to an
 * upload, and the status.
 */
final class JavaClient {
    private static final int TIMEOUT_MILLIS = 30_000;
    static final int UPLOAD_BYTES = 400_000;
    static final int WEBSOCKET_MESSAGES = 50;

    private final InetSocketAddress proxy;
    private final URI url;
    private final PrintStream out;

    private JavaClient(InetSocketAddress proxy, URI url, PrintStream out) {
        this.proxy = proxy;
        this.url = url;
        this.out = out;
    }

    public static void main(String[] words) throws Exception {
        JavaClient client = new JavaClient(
                new InetSocketAddress(words[1], Integer.parseInt(words[2])), URI.create(words[3]), System.out);
        switch (words[0]) {
            case "httpclient-get" ->
                client.httpClient(HttpRequest.newBuilder(client.url).build(), 1);
            case "httpclient-thrice" ->
                client.httpClient(HttpRequest.newBuilder(client.url).build(), 3);
            case "httpclient-put" ->
                client.httpClient(
                        HttpRequest.newBuilder(client.url)
                                .PUT(BodyPublishers.ofByteArray(TestBytes.first(UPLOAD_BYTES)))
                                .build(),
                        1);
            case "httpclient-parallel" -> client.parallel();
            case "httpclient-websocket" -> client.webSocket();
            case "url-http-get" -> client.urlGet(Proxy.Type.HTTP);
            case "url-http-put" -> client.urlPut(Proxy.Type.HTTP);
            case "url-socks-get" -> client.urlGet(Proxy.Type.SOCKS);
            case "url-socks-put" -> client.urlPut(Proxy.Type.SOCKS);
            case "socket-socks" -> client.socket();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private HttpClient newHttpClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(proxy))
                .build();
    }

    private void httpClient(HttpRequest request, int times) throws Exception {
        HttpClient client = newHttpClient();
        for (int i = 0; i < times; i++) {
            tell(client.send(request, BodyHandlers.ofInputStream()), request.method());
        }
    }

    private void parallel() throws Exception {
        HttpClient client = newHttpClient();
        var answers = IntStream.range(0, 20)
                .mapToObj(i -> client.sendAsync(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream()))
                .toList();
        for (var answer : answers) {
            tell(answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS), "GET");
        }
    }

    private void tell(HttpResponse<InputStream> response, String method) throws IOException {
        tell(response.statusCode(), response.body(), method);
    }

    private void tell(int status, InputStream body, String method) throws IOException {
        try (body) {
            if (method.equals("PUT")) {
                out.println(new String(body.readAllBytes(), US_ASCII) + " " + status);
            } else {
                DigestOutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), WebPages.sha256());
                body.transferTo(digest);
                out.println(WebPages.hex(digest) + " " + status);
            }
        }
    }

    private void webSocket() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        Echoes echoes = new Echoes(closed);
        WebSocket socket = newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(url, echoes)
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 0; i < WEBSOCKET_MESSAGES; i++) {
            socket.sendText("message " + i, true).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        int status = closed.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        out.println(echoes.count + " " + status);
    }

    /** Counts the messages that come back in their order. Used by one thread at a time. */
    private static final class Echoes implements WebSocket.Listener {
        private final CompletableFuture<Integer> closed;
        private int count;

        Echoes(CompletableFuture<Integer> closed) {
            this.closed = closed;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            if (data.toString().equals("message " + count)) {
                count++;
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            closed.complete(statusCode);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private HttpURLConnection open(Proxy.Type type) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(new Proxy(type, proxy));
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    private void urlGet(Proxy.Type type) throws IOException {
        HttpURLConnection connection = open(type);
        tell(connection.getResponseCode(), connection.getInputStream(), "GET");
    }

    private void urlPut(Proxy.Type type) throws IOException {
        HttpURLConnection connection = open(type);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setChunkedStreamingMode(0);
        try (OutputStream body = connection.getOutputStream()) {
            TestBytes.write(UPLOAD_BYTES, body);
        }
        tell(connection.getResponseCode(), connection.getInputStream(), "PUT");
    }

    /** The proxy is asked for the name, and the answer is read to the end. */
    private void socket() throws IOException {
        try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, proxy))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(InetSocketAddress.createUnresolved(url.getHost(), 80), TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET " + url.getPath() + " HTTP/1.0\r\nHost: " + url.getHost() + "\r\n\r\n")
                            .getBytes(US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            String head = new String(answer, ISO_8859_1);
            int end = head.indexOf("\r\n\r\n") + 4;
            tell(
                    Integer.parseInt(head.substring(9, 12)),
                    new ByteArrayInputStream(answer, end, answer.length - end),
                    "GET");
        }
    }
}

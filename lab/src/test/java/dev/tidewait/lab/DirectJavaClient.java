package dev.tidewait.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The JDK's Socket or HttpClient without a proxy, as a program: KIND ADDRESS PORT COUNT PAUSE-MILLIS. Connects one by one and prints how the kernel
 * writes the peer of the first of them among the sockets of IPv6 (/proc/net/tcp6).
 */
final class DirectJavaClient {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Path IPV6_SOCKETS = Path.of("/proc/self/net/tcp6");
    private static final int PEER = 2;

    private final InetSocketAddress server;

    private DirectJavaClient(InetSocketAddress server) {
        this.server = server;
    }

    /** What is done with each connection. */
    private interface Visit {
        void run(boolean first) throws Exception;
    }

    public static void main(String[] words) throws Exception {
        DirectJavaClient client = new DirectJavaClient(new InetSocketAddress(words[1], Integer.parseInt(words[2])));
        int count = Integer.parseInt(words[3]);
        long pauseMillis = Long.parseLong(words[4]);
        switch (words[0]) {
            case "socket" -> repeat(client::socket, count, pauseMillis);
            case "httpclient" -> client.httpClient(count, pauseMillis);
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void repeat(Visit visit, int count, long pauseMillis) throws Exception {
        for (int i = 0; i < count; i++) {
            visit.run(i == 0);
            pause(pauseMillis);
        }
    }

    private static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The server echoes until our end, and closes. */
    private void socket(boolean first) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            if (first) {
                System.out.println(peer());
            }
            socket.getOutputStream().write('x');
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readAllBytes();
            if (answer.length != 1 || answer[0] != 'x') {
                throw new IOException(answer.length + " bytes came back");
            }
        }
    }

    /** The server closes after its answer. */
    private void httpClient(int count, long pauseMillis) throws Exception {
        String host = server.getAddress().getHostAddress();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getPort()))
                .timeout(Duration.ofMillis(TIMEOUT_MILLIS))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            repeat(first -> answerOf(client, request, first), count, pauseMillis);
        }
    }

    private void answerOf(HttpClient client, HttpRequest request, boolean first) throws Exception {
        BodyHandler<byte[]> handler = head -> {
            if (first) {
                System.out.println(peer()); // the connection is still there
            }
            return BodySubscribers.ofByteArray();
        };
        HttpResponse<byte[]> response = client.send(request, handler);
        if (response.statusCode() != 200 || response.body().length != 1) {
            throw new IOException(response + ": " + response.body().length + " bytes");
        }
    }

    /** 32 hexadecimal digits; four words, each in the machine's order. */
    private String peer() {
        String port = String.format(Locale.ROOT, ":%04X", server.getPort());
        try {
            return Files.readAllLines(IPV6_SOCKETS).stream()
                    .map(line -> line.strip().split(" +"))
                    .map(fields -> fields[PEER])
                    .filter(peer -> peer.endsWith(port))
                    .map(peer -> peer.substring(0, peer.indexOf(':')))
                    .findFirst()
                    .orElse("none");
        } catch (IOException e) {
            return e.toString();
        }
    }
}

package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The clients of the self-test: many at once, of every kind that a proxy meets, each of which checks its answer. Used by one thread. */
final class SelfTestClients {
    private static final int CLIENTS = 24;
    private static final int TIMEOUT_MILLIS = 10_000;
    /** Of so many connections one asks by name, and one lets much come through. */
    private static final int NAMED = 32;

    private static final int FLOODED = 512;
    /** Over one connection. */
    private static final int REQUESTS = 8;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final int HELLO_ANSWER_BYTES = 2;
    private static final int CONNECT_ANSWER_BYTES = 10;

    private final RunningProxy proxy;
    private final List<Integer> originPorts;
    private final AtomicInteger begun = new AtomicInteger();

    SelfTestClients(RunningProxy proxy, List<Integer> originPorts) {
        this.proxy = proxy;
        this.originPorts = originPorts;
    }

    /**
     * Connects until one of the limits is reached.
     *
     * @return how many connections there were
     * @throws IOException if one got another answer than it should
     */
    int run(int mostConnections, long mostNanos) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> {
                    int done = 0;
                    for (int number = begun.getAndIncrement();
                            number < mostConnections && System.nanoTime() - began < mostNanos;
                            number = begun.getAndIncrement()) {
                        connect(number);
                        done++;
                    }
                    return done;
                }));
            }
            int connections = 0;
            for (Future<Integer> client : clients) {
                connections += client.get();
            }
            return connections;
        } catch (ExecutionException e) {
            throw new IOException("a connection of the self-test failed: " + e.getCause(), e);
        }
    }

    private void connect(int number) throws IOException {
        int originPort = originPorts.get(number / 8 % originPorts.size());
        switch (number % 8) {
            case 0, 1 -> relay(number % FLOODED == 0 ? SelfTestOrigin.FLOOD : SelfTestOrigin.ECHO);
            case 2 -> relay(SelfTestOrigin.LAST);
            case 3, 4 -> tunnel((number % NAMED == 3 ? "self-test.test:" : "127.0.0.1:") + originPort);
            case 5 -> socks(originPort);
            case 6 -> requests("127.0.0.1:" + originPort, 1);
            default -> requests("127.0.0.1:" + originPort, REQUESTS);
        }
    }

    private void relay(String word) throws IOException {
        try (Socket socket = open("relay")) {
            ask(socket, word);
        }
    }

    private void tunnel(String target) throws IOException {
        try (Socket socket = open("tunnel")) {
            send(socket, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            InputStream in = socket.getInputStream();
            requireOk(line(in));
            while (!line(in).isEmpty()) {
                // a header of no interest
            }
            ask(socket, SelfTestOrigin.ECHO);
        }
    }

    private void socks(int originPort) throws IOException {
        try (Socket socket = open("socks")) {
            socket.getOutputStream().write(new byte[] {5, 1, 0}); // version, one method: without password
            require(socket, HELLO_ANSWER_BYTES);
            ByteBuffer request = ByteBuffer.allocate(CONNECT_ANSWER_BYTES)
                    .put(new byte[] {5, 1, 0, 1}) // version, CONNECT, reserved, IPv4
                    .put(LOOPBACK.getAddress())
                    .putShort((short) originPort);
            socket.getOutputStream().write(request.array());
            byte[] answer = require(socket, CONNECT_ANSWER_BYTES);
            if (answer[1] != 0) {
                throw new IOException("SOCKS refused with " + answer[1]);
            }
            ask(socket, SelfTestOrigin.ECHO);
        }
    }

    private void requests(String target, int count) throws IOException {
        try (Socket socket = open("tunnel")) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int left = count; left > 0; left--) {
                send(
                        socket,
                        "GET http://" + target + "/ HTTP/1.1\r\nHost: " + target
                                + "\r\nUser-Agent: self-test\r\nAccept: */*\r\n"
                                + (left == 1 ? "Connection: close\r\n\r\n" : "\r\n"));
                requireOk(line(in));
                while (!line(in).isEmpty()) {
                    // the length is known
                }
                String body = new String(in.readNBytes(SelfTestOrigin.BODY.length()), US_ASCII);
                if (!body.equals(SelfTestOrigin.BODY)) {
                    throw new IOException("the answer to a request was '" + body + "'");
                }
            }
        }
    }

    private Socket open(String listener) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(proxy.address(listener), TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a word to the server and takes what it sends for it. */
    private static void ask(Socket socket, String word) throws IOException {
        send(socket, word);
        if (word.equals(SelfTestOrigin.FLOOD)) {
            socket.getInputStream().skipNBytes(SelfTestOrigin.FLOOD_BYTES);
        } else {
            String answer = new String(require(socket, word.length()), US_ASCII);
            if (!answer.equals(word)) {
                throw new IOException("the answer to '" + word + "' was '" + answer + "'");
            }
        }
        if (!word.equals(SelfTestOrigin.ECHO) && socket.getInputStream().read() >= 0) {
            throw new IOException("more than the answer came to '" + word + "'");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static byte[] require(Socket socket, int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    private static void requireOk(String statusLine) throws IOException {
        if (!statusLine.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the proxy answered '" + statusLine + "'");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}

package dev.tidewait.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that writes and reads a proxy's bytes itself. Used by one thread. */
final class TunnelClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;

    private final Socket socket;

    private TunnelClient(Socket socket) {
        this.socket = socket;
    }

    /** Connects from the topology's client. */
    static TunnelClient to(Topology topology, InetSocketAddress listener) {
        return topology.client().call(() -> {
            Socket socket = new Socket();
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(listener, CONNECT_MILLIS);
            return new TunnelClient(socket);
        });
    }

    /** Connects and asks for a tunnel; the answer comes when it comes, and a refusal ends the connection. */
    static TunnelClient asking(Topology topology, String hostAndPort) throws IOException {
        TunnelClient client = to(topology, ProxyYaml.connectListener(topology));
        client.send("CONNECT " + hostAndPort + " HTTP/1.1\r\nHost: " + hostAndPort + "\r\nConnection: close\r\n\r\n");
        return client;
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether there is something to read. */
    boolean hasAnswer() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Reads to the empty line that ends a head, and no further; to the end if there is none. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** One byte; −1 at the end. */
    int read() throws IOException {
        return socket.getInputStream().read();
    }

    /** Everything to the end. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadPlan;
import dev.tidewait.lab.Namespace;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** One client's connection through the proxy that lives until it is told to end, and checks every byte. Used by one thread. */
final class SteadyConnection implements AutoCloseable {
    /** What goes through it. */
    enum Use {
        /** CONNECT, and a block there and back a few times a second. */
        TUNNEL,
        /** One request, whose answer comes drop by drop and ends when the server is told to. */
        DOWNLOAD,
        /** A request a few times a second. */
        REQUESTS
    }

    /**
     * How to open one. Immutable.
     *
     * @param from the client's address
     * @param proxy where the proxy listens
     * @param server where {@link SteadyServer} listens
     * @param fields further lines of each request, each with CRLF
     */
    record Way(
            Namespace namespace, InetAddress from, InetSocketAddress proxy, InetSocketAddress server, String fields) {
        String target() {
            return LoadPlan.endpoint(server);
        }
    }

    private static final int MILLIS = 10_000;

    private final Use use;
    private final Way way;
    private final Socket socket;
    private final InputStream in;
    private long blocks;

    private SteadyConnection(Use use, Way way, Socket socket) throws IOException {
        this.use = use;
        this.way = way;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Connects to the proxy, and through it to the server.
     *
     * @throws IOException if the proxy does not accept, or refuses
     */
    static SteadyConnection open(Use use, Way way) throws IOException {
        Socket socket = way.namespace().call(() -> connect(way));
        try {
            SteadyConnection connection = new SteadyConnection(use, way, socket);
            switch (use) {
                case TUNNEL -> connection.ask("CONNECT " + way.target());
                case DOWNLOAD -> connection.ask("GET http://" + way.target() + "/drops");
                case REQUESTS -> {} // each of them is asked for later
            }
            return connection;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Whether anybody listens where the way begins. */
    static boolean isAccepted(Way way) {
        return way.namespace().call(() -> {
            try (Socket accepted = connect(way)) {
                return accepted.isConnected();
            } catch (ConnectException refused) {
                return false;
            }
        });
    }

    /** The socket is of the namespace in which it is made. */
    private static Socket connect(Way way) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(way.from(), 0));
            socket.connect(way.proxy(), MILLIS);
            socket.setSoTimeout(MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** One block more, and a pause; the end of a download is no block. */
    boolean goOn() throws IOException {
        switch (use) {
            case TUNNEL -> {
                send(SteadyServer.BLOCK);
                expectBlock();
            }
            case DOWNLOAD -> {
                String size = line();
                if (size.equals("0")) {
                    expect("", line());
                    return false;
                }
                expect(Integer.toHexString(SteadyServer.BLOCK.length()), size);
                expectBlock();
                expect("", line());
            }
            case REQUESTS -> {
                ask("GET http://" + way.target() + "/one");
                expectBlock();
            }
        }
        blocks++;
        if (use != Use.DOWNLOAD) {
            LockSupport.parkNanos(SteadyServer.PAUSE_NANOS);
        }
        return true;
    }

    /** Whether its server ends it; all others can be ended at any time between two blocks. */
    boolean endsByItself() {
        return use == Use.DOWNLOAD;
    }

    /** Sends our FIN, and waits for the other one. */
    void end() throws IOException {
        socket.shutdownOutput();
        if (in.read() >= 0) {
            throw new IOException("bytes behind the end");
        }
    }

    /** Whole blocks that came so far. */
    long blocks() {
        return blocks;
    }

    private void ask(String what) throws IOException {
        send(what + " HTTP/1.1\r\nHost: " + way.target() + "\r\n" + way.fields() + "\r\n");
        String head = Heads.read(in);
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(
                    "200 was due and not: " + head.lines().findFirst().orElse("the end"));
        }
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void expectBlock() throws IOException {
        byte[] block = in.readNBytes(SteadyServer.BLOCK.length());
        expect(SteadyServer.BLOCK, new String(block, StandardCharsets.US_ASCII));
    }

    private static void expect(String wanted, String got) throws IOException {
        if (!got.equals(wanted)) {
            throw new IOException("'" + got + "' where '" + wanted + "' was due");
        }
    }

    /** A line of a chunked body, without its CRLF. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0 || line.length() > SteadyServer.BLOCK.length()) {
                throw new IOException("the end in the middle of an answer, behind '" + line + "'");
            }
            line.append((char) next);
        }
        if (in.read() != '\n') {
            throw new IOException("CR without LF in an answer");
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return use.name().toLowerCase(Locale.ROOT) + " through " + LoadPlan.endpoint(way.proxy());
    }
}

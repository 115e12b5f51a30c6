package dev.tidewait.app.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tidewait.proxy.address.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET to an admin endpoint of this host, with an end to its time and to the length of the answer. No state; the socket belongs to the calling
 * thread's network namespace.
 *
 * <p>The endpoint is asked to close the connection, so that TIME_WAIT is on its side, at a port that nobody chooses.
 */
final class PageRequest {
    /** Thousand destinations with a few sources each make one megabyte. Sixteen endpoints may be asked at once. */
    private static final int MOST_BYTES = 2 << 20;

    private static final int FIRST_BYTES = 1 << 16;

    private static final String OK = "HTTP/1.1 200 ";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private PageRequest() {}

    /**
     * An answer. Immutable; nothing is copied.
     *
     * @param bytes what was read
     * @param from where in them the body begins
     * @param to behind its last byte
     * @param isWhole false if it was longer than is read
     */
    @SuppressWarnings("ArrayRecordComponent") // handed from the socket to the reader, never compared
    record Body(byte[] bytes, int from, int to, boolean isWhole) {}

    /**
     * Asks.
     *
     * @param endpoint where it listens; a wildcard address is asked over loopback
     * @param deadlineNanos by {@link System#nanoTime}
     * @throws IOException with what went wrong, in words
     */
    static Body get(InetSocketAddress endpoint, String path, long deadlineNanos) throws IOException {
        InetSocketAddress address = reachable(endpoint);
        try (Socket socket = new Socket()) {
            // Of an endpoint that hangs nothing may be left: neither the census nor TIME_WAIT shall show it.
            socket.setSoLinger(true, 0);
            socket.connect(address, remainingMillis(deadlineNanos));
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: " + Addresses.text(address) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            Body answer = read(socket, deadlineNanos);
            socket.setSoLinger(false, 0);
            return body(answer);
        } catch (SocketTimeoutException e) {
            throw new IOException("it does not answer in time", e);
        }
    }

    /** Whoever publishes an address must not make this program call on other hosts. */
    private static InetSocketAddress reachable(InetSocketAddress endpoint) throws IOException {
        InetAddress address = endpoint.getAddress();
        if (address.isAnyLocalAddress()) {
            byte[] loopback = new byte[address.getAddress().length];
            loopback[0] = (byte) (loopback.length == 4 ? 127 : 0);
            loopback[loopback.length - 1] = 1;
            return new InetSocketAddress(InetAddress.getByAddress(loopback), endpoint.getPort());
        }
        if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
            throw new IOException("it is no address of this host");
        }
        return endpoint;
    }

    /** The head too. */
    private static Body read(Socket socket, long deadlineNanos) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] all = new byte[FIRST_BYTES];
        int size = 0;
        while (size < MOST_BYTES) {
            if (size == all.length) {
                all = Arrays.copyOf(all, Math.min(MOST_BYTES, size * 2));
            }
            socket.setSoTimeout(remainingMillis(deadlineNanos));
            int count = in.read(all, size, all.length - size);
            if (count < 0) {
                return new Body(all, 0, size, true);
            }
            size += count;
        }
        return new Body(all, 0, size, false);
    }

    /** Nothing is quoted but three digits: whoever answers must not write to the terminal of the reader. */
    private static Body body(Body answer) throws IOException {
        String start = new String(answer.bytes, 0, Math.min(answer.to, OK.length()), ISO_8859_1);
        int body = bodyStart(answer);
        if (!start.equals(OK) || body < 0) {
            Matcher status = STATUS.matcher(start);
            throw new IOException(status.matches() ? "it answers " + status.group(1) : "it does not speak HTTP");
        }
        return new Body(answer.bytes, body, answer.to, answer.isWhole);
    }

    /** Behind the empty line; −1 if there is none. */
    private static int bodyStart(Body answer) {
        for (int i = 0; i + HEAD_END.length <= answer.to; i++) {
            if (Arrays.equals(answer.bytes, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                return i + HEAD_END.length;
            }
        }
        return -1;
    }

    private static int remainingMillis(long deadlineNanos) throws SocketTimeoutException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}

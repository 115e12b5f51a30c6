package dev.tidewait.app.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tidewait.proxy.address.Addresses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One GET to an admin endpoint of this host, with an end to its time and to the length of the answer. No state; the socket belongs to the calling
 * thread's network namespace.
 *
 * <p>The endpoint is asked to close the connection, so that TIME_WAIT is on its side, at a port that nobody chooses.
 */
final class PageRequest {
    /** Thousand destinations with a few sources each make one megabyte. */
    private static final int MOST_BYTES = 8 << 20;

    private static final String OK = "HTTP/1.1 200 ";
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private PageRequest() {}

    /**
     * An answer. Immutable; the body is not copied.
     *
     * @param isWhole false if it was longer than is read
     */
    @SuppressWarnings("ArrayRecordComponent") // handed from the socket to the reader, never compared
    record Body(byte[] bytes, boolean isWhole) {}

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
            socket.setSoLinger(
                    true,
                    0); // of an endpoint that hangs nothing may be left: neither the census nor TIME_WAIT shall show it
            socket.connect(address, remainingMillis(deadlineNanos));
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: " + Addresses.text(address) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            byte[] answer = read(socket, deadlineNanos);
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

    private static byte[] read(Socket socket, long deadlineNanos) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] chunk = new byte[1 << 16];
        while (all.size() < MOST_BYTES) {
            socket.setSoTimeout(remainingMillis(deadlineNanos));
            int count = in.read(chunk);
            if (count < 0) {
                break;
            }
            all.write(chunk, 0, count);
        }
        return all.toByteArray();
    }

    private static Body body(byte[] answer) throws IOException {
        String start = new String(answer, 0, Math.min(answer.length, OK.length()), ISO_8859_1);
        int head = headLength(answer);
        if (!start.startsWith(OK) || head < 0) {
            boolean isHttp = start.length() >= OK.length() && start.startsWith("HTTP/1.1 ");
            throw new IOException(isHttp ? "it answers " + start.substring(9, 12) : "it does not speak HTTP");
        }
        return new Body(Arrays.copyOfRange(answer, head, answer.length), answer.length < MOST_BYTES);
    }

    /** With the empty line; −1 if there is none. */
    private static int headLength(byte[] answer) {
        for (int i = 0; i + HEAD_END.length <= answer.length; i++) {
            if (Arrays.equals(answer, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
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

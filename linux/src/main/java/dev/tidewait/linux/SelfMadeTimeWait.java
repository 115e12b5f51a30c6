package dev.tidewait.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A connection over loopback, made only to become a TIME_WAIT socket that a probe may try things on. Owned by one thread; every
 * wait ends at the deadline.
 */
final class SelfMadeTimeWait implements AutoCloseable {
    private static final long POLL_NANOS = 200_000;

    private final long deadlineNanos;
    private final ServerSocket listener;
    private final Socket client;
    private final Socket accepted;
    private final TcpTuple tuple;

    private SelfMadeTimeWait(long deadlineNanos, ServerSocket listener, Socket client, Socket accepted) {
        this.deadlineNanos = deadlineNanos;
        this.listener = listener;
        this.client = client;
        this.accepted = accepted;
        tuple = TcpTuple.of(client.getLocalAddress(), client.getLocalPort(), client.getInetAddress(), client.getPort());
    }

    static SelfMadeTimeWait open(Duration limit) throws IOException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        NetworkInterface device = NetworkInterface.getByName("lo");
        if (device == null || !device.isUp()) {
            throw new IOException("the loopback interface is down"); // a connect would only wait for the deadline
        }
        InetAddress loopback = Inet4Address.getByAddress(new byte[] {127, 0, 0, 1});
        ServerSocket listener = new ServerSocket(0, 8, loopback);
        try {
            Socket client =
                    connect(new InetSocketAddress(loopback, 0), listener.getLocalSocketAddress(), deadlineNanos);
            try {
                listener.setSoTimeout(millisUntil(deadlineNanos));
                return new SelfMadeTimeWait(deadlineNanos, listener, client, listener.accept());
            } catch (IOException e) {
                client.close();
                throw e;
            }
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    /** Closes both ends, this one first, and waits until the kernel says TIME_WAIT. */
    TimeWaitSocket closeAndAwait(SocketDiag diag) throws IOException {
        // Asking now makes the kernel give the connection its cookie, which the TIME_WAIT socket then inherits.
        if (!(diag.get(tuple) instanceof SocketAnswer.Held held) || held.state() != TcpState.ESTABLISHED) {
            throw new IOException("the kernel does not show the connection " + tuple);
        }
        client.close();
        accepted.setSoTimeout(millisUntil(deadlineNanos));
        if (accepted.getInputStream().read() >= 0) {
            throw new IOException("unexpected data on " + tuple);
        }
        accepted.close();
        while (true) {
            if (diag.getWithCookie(tuple, held.cookie()) instanceof TimeWaitSocket socket) {
                return socket;
            }
            millisUntil(deadlineNanos);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Connects once more on the same four-tuple. */
    Socket connectAgain() throws IOException {
        return connect(
                new InetSocketAddress(tuple.source(), tuple.sourcePort()),
                listener.getLocalSocketAddress(),
                deadlineNanos);
    }

    @Override
    public void close() throws IOException {
        try (listener;
                client) {
            accepted.close();
        }
    }

    private static Socket connect(SocketAddress source, SocketAddress destination, long deadlineNanos)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            socket.bind(source);
            socket.connect(destination, millisUntil(deadlineNanos));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Time left, at least 1 ms; an exception when there is none. */
    private static int millisUntil(long deadlineNanos) throws InterruptedIOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        if (millis <= 0) {
            throw new InterruptedIOException("the time limit has passed");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}

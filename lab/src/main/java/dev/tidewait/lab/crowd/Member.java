package dev.tidewait.lab.crowd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One client of the crowd, with a tunnel through the proxy. Opened and used by one thread; {@link #hasEnded} and bytes: any thread. */
final class Member implements AutoCloseable {
    private static final int SMALL_BUFFER_BYTES = 4_096;
    private static final int READ_BYTES = 256;
    private static final int BLOCK_BYTES = 16_384;
    private static final int MOST_HEAD_BYTES = 4_096;
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final Habit habit;
    private final SocketChannel channel;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean ended;
    private volatile boolean closing;

    private Member(Habit habit, SocketChannel channel) {
        this.habit = habit;
        this.channel = channel;
    }

    /**
     * Connects and gets a tunnel.
     *
     * @param target HOST:PORT of {@link CrowdServer}
     * @throws IOException if there is none
     */
    static Member open(Habit habit, InetAddress from, InetSocketAddress proxy, String target) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            if (habit == Habit.SLOW_READER) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER_BYTES);
            }
            if (habit == Habit.STUCK_WRITER) {
                // What it could not send would else go on without it, for minutes, before its FIN.
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.bind(new InetSocketAddress(from, 0));
            channel.connect(proxy);
            send(channel, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            String head = readHead(channel);
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new IOException("no tunnel: " + head.lines().findFirst().orElse(""));
            }
            if (habit != Habit.IDLE) {
                send(channel, String.valueOf(habit.letter()));
            }
            return new Member(habit, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Follows its habit until it is closed or its connection ends. */
    void live() {
        ByteBuffer buffer = ByteBuffer.allocate(habit == Habit.STUCK_WRITER ? BLOCK_BYTES : READ_BYTES);
        try {
            while (true) {
                buffer.clear();
                int moved = switch (habit) {
                    case SLOW_READER -> channel.read(buffer);
                    case SLOW_WRITER -> channel.write(buffer.limit(1));
                    case STUCK_WRITER -> channel.write(buffer);
                    case IDLE -> throw new IllegalStateException("an idle member has nothing to do");
                };
                if (moved < 0) {
                    throw new IOException("closed by the proxy");
                }
                bytes.addAndGet(moved);
                if (habit != Habit.STUCK_WRITER) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (IOException e) {
            ended = !closing;
        }
    }

    /** Whether its connection ended although nobody had closed it here. */
    boolean hasEnded() throws IOException {
        if (habit == Habit.IDLE && !ended) {
            channel.configureBlocking(false);
            ended = channel.read(ByteBuffer.allocate(1)) != 0;
        }
        return ended;
    }

    Habit habit() {
        return habit;
    }

    /** Read or written so far. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() throws IOException {
        closing = true;
        channel.close();
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Up to the blank line, byte by byte: what follows belongs to the tunnel. */
    private static String readHead(SocketChannel channel) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0) {
            one.clear();
            if (head.length() == MOST_HEAD_BYTES || channel.read(one) < 0) {
                throw new IOException("no answer to CONNECT but: " + head);
            }
            head.append((char) one.get(0));
        }
        return head.toString();
    }
}

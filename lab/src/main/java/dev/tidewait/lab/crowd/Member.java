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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One client of the crowd, with a connection through the proxy. Opened and used by one thread; {@link #hasEnded} and bytes: any thread. */
final class Member implements AutoCloseable {
    private static final int SMALL_BUFFER_BYTES = 4_096;
    private static final int READ_BYTES = 256;
    private static final int BLOCK_BYTES = 16_384;
    private static final int MOST_HEAD_BYTES = 4_096;
    /** More than anybody here can send. */
    private static final long ENDLESS_BYTES = 1_000_000_000_000L;

    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("\r\nContent-Length: ([0-9]{1,4})\r\n", Pattern.CASE_INSENSITIVE);
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

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
     * Connects and asks for its part; returns when the proxy has passed that on, or (idle, HTTP) has brought the answer.
     *
     * @param target HOST:PORT of {@link CrowdServer}
     * @param quick HOST:PORT of a server that answers at once: what idle clients of HTTP ask before they are idle
     * @throws IOException if that fails
     */
    static Member open(
            Habit habit, Passage passage, InetAddress from, InetSocketAddress proxy, String target, String quick)
            throws IOException {
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
            switch (passage) {
                case TUNNEL -> openTunnel(channel, habit, target);
                case HTTP -> request(channel, habit, target, quick);
            }
            return new Member(habit, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void openTunnel(SocketChannel channel, Habit habit, String target) throws IOException {
        send(channel, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
        expectSuccess(readHead(channel));
        if (habit != Habit.IDLE) {
            send(channel, String.valueOf(habit.letter()));
        }
    }

    private static void request(SocketChannel channel, Habit habit, String target, String quick) throws IOException {
        switch (habit) {
            case IDLE -> {
                send(channel, "GET http://" + quick + "/c HTTP/1.1\r\nHost: " + quick + "\r\n\r\n");
                String head = readHead(channel);
                expectSuccess(head);
                Matcher length = CONTENT_LENGTH.matcher(head);
                if (!length.find()) {
                    throw new IOException("an answer without Content-Length: " + head);
                }
                ByteBuffer body = ByteBuffer.allocate(Integer.parseInt(length.group(1)));
                while (body.hasRemaining()) {
                    if (channel.read(body) < 0) {
                        throw new IOException("closed within an answer");
                    }
                }
            }
            case SLOW_READER ->
                send(
                        channel,
                        "GET http://" + target + "/" + habit.letter() + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            case SLOW_WRITER, STUCK_WRITER ->
                send(
                        channel,
                        "POST http://" + target + "/" + habit.letter() + " HTTP/1.1\r\nHost: " + target
                                + "\r\nContent-Length: " + ENDLESS_BYTES + "\r\n\r\n");
        }
    }

    private static void expectSuccess(String head) throws IOException {
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("refused: " + head.lines().findFirst().orElse(""));
        }
    }

    /**
     * Follows its habit until it is closed or its connection ends.
     *
     * @param place from 0 to 1 within the pause between two movements, where its own are: members do not move in step
     */
    void live(double place) {
        LockSupport.parkNanos((long) (place * PAUSE_NANOS));
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

    /** Up to the blank line, byte by byte: what follows is not the head's. */
    private static String readHead(SocketChannel channel) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0) {
            one.clear();
            if (head.length() == MOST_HEAD_BYTES || channel.read(one) < 0) {
                throw new IOException("no answer but: " + head);
            }
            head.append((char) one.get(0));
        }
        return head.toString();
    }
}

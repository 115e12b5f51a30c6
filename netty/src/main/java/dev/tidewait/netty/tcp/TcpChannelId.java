package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelId;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A number for each channel of this process. (Netty's own asks two clocks and copies 24 bytes for each, to be unique in the world; nobody here
 * compares channels of two processes.) Immutable.
 */
final class TcpChannelId implements ChannelId {
    private static final long serialVersionUID = 1;

    /** So that the logs of two processes are not taken for one. */
    private static final long PROCESS = ThreadLocalRandom.current().nextLong();

    private static final AtomicLong LAST = new AtomicLong();

    private final long number;

    private TcpChannelId(long number) {
        this.number = number;
    }

    static TcpChannelId next() {
        return new TcpChannelId(LAST.incrementAndGet());
    }

    @Override
    public String asShortText() {
        return Long.toHexString(number);
    }

    @Override
    public String asLongText() {
        return String.format(Locale.ROOT, "%016x-%s", PROCESS, asShortText());
    }

    @Override
    public int compareTo(ChannelId other) {
        return other instanceof TcpChannelId channel
                ? Long.compare(number, channel.number)
                : asLongText().compareTo(other.asLongText());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TcpChannelId channel && channel.number == number;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    /** The short text. */
    @Override
    public String toString() {
        return asShortText();
    }
}

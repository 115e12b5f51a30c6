package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link TcpChannel}: Netty's common ones, and any other by {@link IntegerUnixChannelOption} and {@link RawUnixChannelOption}. Any thread.
 *
 * <p>TCP_NODELAY is on from the beginning: whoever relays or flushes knows when bytes shall go.
 */
public final class TcpChannelConfig extends SocketConfig {
    private static final int NO_LINGER = -1;

    private final TcpSocket socket;
    private volatile boolean allowHalfClosure;
    /** What was set here: reading it back would cost a system call at each close. */
    private volatile int lingerSeconds = NO_LINGER;

    TcpChannelConfig(TcpChannel channel, TcpSocket socket) {
        super(channel, socket);
        this.socket = socket;
    }

    boolean isAllowHalfClosure() {
        return allowHalfClosure;
    }

    /** −1 if close() does not wait, 0 if it sends RST. */
    int lingerSeconds() {
        return lingerSeconds;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), ChannelOption.SO_LINGER, ChannelOption.ALLOW_HALF_CLOSURE);
    }

    @Override
    @SuppressWarnings("unchecked") // each option's type is its own
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            return (T) Boolean.valueOf(allowHalfClosure);
        }
        if (option.equals(ChannelOption.SO_LINGER)) {
            return (T) Integer.valueOf(lingerSeconds);
        }
        return super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            allowHalfClosure = (Boolean) value;
            return true;
        }
        if (option.equals(ChannelOption.SO_LINGER)) {
            linger(Math.max(NO_LINGER, (Integer) value));
            return true;
        }
        return super.setOption(option, value);
    }

    private void linger(int seconds) {
        try {
            socket.linger(seconds);
            lingerSeconds = seconds;
        } catch (IOException e) {
            throw new ChannelException(e);
        }
    }

    @Override
    protected void autoReadCleared() {
        ((TcpChannel) channel).readNoMore();
    }
}

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
 * <p>TCP_NODELAY is on from the beginning: whoever relays or flushes knows when bytes shall go. Of a connection that is opened here the kernel hears it
 * before the second write, or when somebody asks: without it, it keeps a small segment back only while an earlier small one is not acknowledged
 * (tcp_nagle_check() in net/ipv4/tcp_output.c), so it keeps back no first segment.
 */
public final class TcpChannelConfig extends SocketConfig {
    private static final int NO_LINGER = -1;

    private final TcpSocket socket;
    private volatile boolean allowHalfClosure;
    /** What was set here: reading it back would cost a system call at each close. */
    private volatile int lingerSeconds = NO_LINGER;

    /** TCP_NODELAY is on, and the kernel has not heard of it. */
    private volatile boolean noDelayUntold;

    TcpChannelConfig(TcpChannel channel, TcpSocket socket) {
        super(channel, socket);
        this.socket = socket;
    }

    /** Of a socket that has it from nobody. */
    void noDelay() {
        noDelayUntold = true;
    }

    /** To be called before each write but the first. */
    void writesAgain() {
        if (noDelayUntold) {
            tellNoDelay();
        }
    }

    /** One thread at a time, so that what a user sets comes behind it. */
    private synchronized void tellNoDelay() {
        if (noDelayUntold) {
            KnownOptions.setNoDelay(socket);
            noDelayUntold = false;
        }
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
        if (noDelayUntold && KnownOptions.isNoDelay(option)) {
            tellNoDelay();
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
        if (noDelayUntold && KnownOptions.isNoDelay(option)) {
            tellNoDelay();
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

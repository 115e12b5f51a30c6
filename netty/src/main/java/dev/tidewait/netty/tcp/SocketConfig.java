package dev.tidewait.netty.tcp;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.unix.FileDescriptor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of a channel of this package: those of its socket and Netty's own. Any thread. */
abstract class SocketConfig extends DefaultChannelConfig {
    /** One for all that set none: it is made of two searches in a table. What it is told of reads at once, no channel of this package obeys. */
    private static final RecvByteBufAllocator READ_SIZES = new AdaptiveRecvByteBufAllocator();

    private final FileDescriptor socket;

    SocketConfig(Channel channel, FileDescriptor socket) {
        super(channel, READ_SIZES);
        this.socket = socket;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), KnownOptions.all());
    }

    @Override
    @SuppressWarnings("unchecked") // each option's type is its own
    public <T> @Nullable T getOption(ChannelOption<T> option) {
        Object value = KnownOptions.get(socket, option);
        return value == null ? super.getOption(option) : (T) value;
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        validate(option, value);
        return KnownOptions.set(socket, option, value) || super.setOption(option, value);
    }
}

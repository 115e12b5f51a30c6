package dev.tidewait.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** What is set on every channel that a {@link Wire} is for. No state. */
final class WireSettings {
    /** Bytes not yet taken by the kernel from which on a wire is not full any more, and is full. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    /** One read can come on top of the upper mark. */
    static final int MOST_UNSENT_BYTES = 256 * 1024 + 64 * 1024;

    private WireSettings() {}

    /** Costs no system call. */
    static void apply(Channel channel) {
        ChannelConfig config = channel.config();
        config.setWriteBufferWaterMark(WATER_MARK);
        // A failed write must not close the channel: there may be something left to read.
        config.setAutoClose(false);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
}

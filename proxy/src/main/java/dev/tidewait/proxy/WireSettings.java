package dev.tidewait.proxy;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** What is set on every channel that a {@link Wire} is for. No state. */
final class WireSettings {
    /** Bytes not yet taken by the kernel from which on a wire is not full any more, and is full. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    /** One read. Netty's 64 KiB make bulk transfers over many connections a tenth slower ({@code tidewait lab race --work f}); docs/performance.md. */
    static final int MOST_READ_BYTES = 128 * 1024;
    /** One read can come on top of the upper mark. */
    static final int MOST_UNSENT_BYTES = 256 * 1024 + MOST_READ_BYTES;

    private static final int LEAST_READ_BYTES = 64;
    private static final int FIRST_READ_BYTES = 2_048;
    private static final RecvByteBufAllocator READ_SIZES =
            new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES);

    private WireSettings() {}

    /** Costs no system call. */
    static void apply(Channel channel) {
        ChannelConfig config = channel.config();
        config.setWriteBufferWaterMark(WATER_MARK);
        // A failed write must not close the channel: there may be something left to read.
        config.setAutoClose(false);
        config.setRecvByteBufAllocator(READ_SIZES);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
}

package dev.tidewait.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;

/**
 * What the kernel is told so that one segment does the work of two (tcp(7)). No state. NIO shows no descriptor: there each segment goes alone.
 *
 * <p><b>Acknowledgements.</b> What a client asks is acknowledged by the answer, which follows at once; by itself the kernel acknowledges the first bytes of
 * a connection alone. <b>Hazard:</b> a peer with Nagle's algorithm that says one thing in two writes sends the second only when the first was acknowledged,
 * which then takes 40 ms. So whoever finds the first message that is incomplete has it acknowledged at once, from then on as the kernel likes. At a connection
 * of ours this reaches to the end of the handshake: its SYN-ACK gives the kernel its usual ways back (tcp_rcv_synsent_state_process(), net/ipv4/tcp_input.c).
 *
 * <p><b>FIN</b> rides on the last bytes where both are there together.
 */
final class FewerSegments {
    private static final int IPPROTO_TCP = 6;
    private static final ChannelOption<Integer> CORK = new IntegerUnixChannelOption("TCP_CORK", IPPROTO_TCP, 3);
    private static final ChannelOption<Integer> QUICK_ACK =
            new IntegerUnixChannelOption("TCP_QUICKACK", IPPROTO_TCP, 12);

    private FewerSegments() {}

    /** Whether what comes in waits for our next segment, or 40 ms, to be acknowledged. Sockets that are accepted inherit it. */
    static void acknowledgeByAnswer(Channel channel, boolean byAnswer) {
        set(channel, QUICK_ACK, byAnswer ? 0 : 1);
    }

    /** Of what is written from now on the last segment waits for FIN, or 200 ms. */
    static void holdLast(Channel channel) {
        set(channel, CORK, 1);
    }

    private static void set(Channel channel, ChannelOption<Integer> option, int value) {
        if (channel instanceof UnixChannel && channel.isOpen()) {
            channel.config().setOption(option, value);
        }
    }
}

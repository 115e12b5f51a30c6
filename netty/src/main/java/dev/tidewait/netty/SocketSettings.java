package dev.tidewait.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetAddress;
import java.net.StandardSocketOptions;

/** The socket options of every outgoing connection. No state. */
final class SocketSettings {
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_QUICKACK = 12;

    /** Netty's channels refuse UnixChannelOption.SO_REUSEPORT, the raw option works. */
    static final ChannelOption<Integer> REUSE_PORT =
            new IntegerUnixChannelOption("SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT);

    private static final ChannelOption<Integer> QUICK_ACK =
            new IntegerUnixChannelOption("TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK);

    private SocketSettings() {}

    /** A channel to be connected there, with all of them. */
    static DuplexChannel newChannel(Transport transport, InetAddress destination) {
        DuplexChannel channel = transport.newChannel(destination);
        try {
            apply(channel, transport);
            return channel;
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /**
     * SO_REUSEADDR lets many connections share a port. SO_REUSEPORT beside it keeps bind() from walking over all of them
     * (Linux since 6.8). Every socket must have both, also the TIME_WAIT it leaves behind. TCP_NODELAY is missing
     * here because every channel has it from the beginning.
     */
    static void apply(Channel channel, Transport transport) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.SO_REUSEADDR, true);
        if (transport == Transport.NIO) {
            config.setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        } else {
            config.setOption(REUSE_PORT, 1);
        }
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
        config.setAutoRead(false);
    }

    /**
     * Lets the acknowledgement of the server's SYN wait for the first bytes, at most 200 ms (tcp_rcv_synsent_state_process(), net/ipv4/tcp_input.c).
     * With NIO the kernel sends it alone, as usual.
     */
    static void acknowledgeByFirstBytes(Channel channel, Transport transport) {
        if (transport != Transport.NIO) {
            channel.config().setOption(QUICK_ACK, 0);
        }
    }
}

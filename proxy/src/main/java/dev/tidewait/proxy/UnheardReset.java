package dev.tidewait.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;

/**
 * Asks the kernel whether the peer has sent RST, without reading. No state.
 *
 * <p>A channel that is not read hears of no RST. With nothing wanted of it its descriptor is not in epoll at all, because EPOLLHUP cannot be
 * masked and would wake the loop for ever where both directions have sent FIN; and what Netty hears of an RST makes it read, whatever
 * {@code autoRead} says. So whoever leaves bytes unread has to ask now and then: one system call, a second one where the connection is over. NIO
 * shows no descriptor, so there the time-outs have to do.
 */
final class UnheardReset {
    /** TCP_CLOSE in include/net/tcp_states.h. Both FINs lead there, too. */
    private static final int CLOSE = 7;

    private static final int BROKEN_PIPE = -Errors.ERRNO_EPIPE_NEGATIVE;

    private UnheardReset() {}

    /**
     * True for an RST and for a connection that the kernel gave up. False for FIN, also if an RST came behind it (EPIPE): what such a peer sent is
     * complete.
     *
     * <p>Asking takes the error away: if true, a later read shows FIN.
     */
    static boolean of(Channel channel) {
        try {
            return state(channel) == CLOSE && hasError(channel);
        } catch (IOException | ChannelException closed) {
            return false; // whoever closed it knows
        }
    }

    private static int state(Channel channel) {
        return switch (channel) {
            case EpollSocketChannel epoll -> epoll.tcpInfo().state();
            case IoUringSocketChannel uring -> uring.tcpInfo().state();
            default -> -1;
        };
    }

    private static boolean hasError(Channel channel) throws IOException {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            int error = socket.getSoError();
            return error != 0 && error != BROKEN_PIPE;
        }
        return false;
    }
}

package dev.tidewait.proxy;

import dev.tidewait.netty.tcp.TcpChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;

/**
 * Whether the peer has sent RST where no read says so. No state.
 *
 * <p>The kernel tells an RST (ECONNRESET) from an RST behind a FIN (EPIPE, tcp_reset() in net/ipv4/tcp_input.c): who sent FIN first has closed in
 * good order and only refuses what came afterwards, and what it sent is complete.
 */
final class PeerReset {
    /** TCP_CLOSE in include/net/tcp_states.h. Both FINs lead there, too. */
    private static final int CLOSE = 7;

    private static final int BROKEN_PIPE = -Errors.ERRNO_EPIPE_NEGATIVE;

    private PeerReset() {}

    /** Whether it was an RST that made a write fail, and none behind a FIN. */
    static boolean failed(ChannelOutputShutdownException write) {
        Throwable cause = write.getCause();
        String message = cause == null ? null : cause.getMessage();
        return message == null || !message.contains("Broken pipe");
    }

    /**
     * Asks the kernel about a channel that is not read. Such a channel hears of no RST: what came before it must be read first. So whoever leaves bytes
     * unread has to ask now and then: one system call, a second one where the connection is over. NIO shows no descriptor, so there the time-outs have
     * to do.
     *
     * <p>Asking takes the error away: if true, a later read shows FIN.
     *
     * @return true also for a connection that the kernel gave up
     */
    static boolean isUnread(Channel channel) {
        try {
            return state(channel) == CLOSE && hasError(channel);
        } catch (IOException | ChannelException closed) {
            return false; // whoever closed it knows
        }
    }

    /**
     * Whether an RST may go unheard although the channel is read. On io_uring (Netty 4.2.18) one that comes while the first bytes are read sometimes
     * makes no read of its own, and nothing else ever comes.
     */
    static boolean mayEscapeReads(Channel channel) {
        return channel instanceof IoUringSocketChannel;
    }

    private static int state(Channel channel) {
        return switch (channel) {
            case TcpChannel tcp -> tcp.state().number();
            case IoUringSocketChannel uring -> uring.tcpInfo().state();
            default -> -1;
        };
    }

    private static boolean hasError(Channel channel) throws IOException {
        int error = 0;
        if (channel instanceof TcpChannel tcp) {
            error = tcp.takeError();
        } else if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            error = socket.getSoError();
        }
        return error != 0 && error != BROKEN_PIPE;
    }
}

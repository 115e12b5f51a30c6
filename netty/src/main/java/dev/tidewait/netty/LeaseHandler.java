package dev.tidewait.netty;

import dev.tidewait.linux.SocketCookie;
import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import dev.tidewait.netty.tcp.TcpChannel;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Lease;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Carries the lease through the life of one outgoing channel and reports how the connection ended. Owned by the channel's
 * event loop; stands first in its pipeline so that it sees every end while the descriptor is still open.
 */
final class LeaseHandler extends ChannelDuplexHandler {
    /*
     * Which end closed first decides who holds TIME_WAIT, so the order of the two FINs is what this handler watches: the peer's is the
     * input shutdown event, ours is the channel's output being shut down (or close() without it). TCP_INFO is read at the last
     * moment at which there is still a descriptor: before close(), or when an error is about to close the channel.
     *
     * Where we closed first, the kernel has answered the peer's FIN before we hear of it: the connection is over when we close. Where the
     * peer closed first, it is over when our FIN is acknowledged. The age must count from there, and only an open descriptor can tell;
     * so close() waits for it.
     */
    private final OutgoingPorts ports;
    private final Lease lease;
    private final DuplexChannel channel;
    private final boolean stole;
    private long cookie;
    private boolean timestamps;
    private boolean known;
    /** Not null after its user closed the channel, until it is really closed. */
    private @Nullable LastAckWatch lastAck;

    private Ending.@Nullable Close close;
    private @Nullable Ending ending;
    private @Nullable LeasedConnection connection;

    /** In a pipeline. */
    static final String NAME = "tidewait-lease";

    LeaseHandler(OutgoingPorts ports, Lease lease, DuplexChannel channel) {
        this.ports = ports;
        this.lease = lease;
        this.channel = channel;
        this.stole = lease.maySteal();
        channel.closeFuture().addListener(ignored -> release());
    }

    Lease lease() {
        return lease;
    }

    /** The three-way handshake is done: learn what must be known before the connection ends. */
    void connected(LeasedConnection opened) {
        connection = opened;
        int descriptor = Transport.descriptor(channel);
        if (descriptor >= 0 && learnTimestamps(descriptor)) {
            // Read later it could belong to another socket: the kernel copies it to the TIME_WAIT socket only if it
            // exists by then.
            cookie = timestamps ? 0 : SocketCookie.read(descriptor);
        }
        ports.opened(opened, lease.leasedMillis());
    }

    private boolean learnTimestamps(int descriptor) {
        if (channel instanceof TcpChannel tcp) {
            known = true;
            timestamps = tcp.hasTimestamps();
        } else {
            TcpInfo info = ports.tools().tcpInfo();
            known = info.read(descriptor).isNone();
            timestamps = known && info.hasTimestamps();
        }
        return known;
    }

    /** The socket never connected. */
    void failed(Ending.Close how) {
        if (close == null) {
            close = how;
        }
    }

    /** Whether there is an answer to its SYN, which this event loop may only be late to see. */
    boolean hasAnswer() {
        int descriptor = Transport.descriptor(channel);
        TcpInfo info = ports.tools().tcpInfo();
        return descriptor >= 0 && info.read(descriptor).isNone() && info.state() != TcpState.SYN_SENT;
    }

    /** Nobody waits for this connect any more. */
    void closeIfConnecting() {
        if (!channel.isActive() && channel.isOpen()) {
            // The answer may be in the kernel already and only this event loop late: then close() sends FIN.
            failed(Ending.Close.UNFINISHED);
            channel.close();
        }
    }

    /** Known without Netty's look into a map of classes. */
    @Override
    public boolean isSharable() {
        return false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == ChannelInputShutdownEvent.INSTANCE && close == null) {
            close = channel.isOutputShutdown() ? Ending.Close.WE_FIRST : Ending.Close.PEER_FIRST;
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof IOException && !(cause instanceof ConnectException) && connection != null) {
            if (close == null || !bothShutDown()) {
                close = Ending.Close.RESET_BY_PEER;
            }
            capture();
            super.exceptionCaught(context, cause);
            if (cause instanceof ChannelOutputShutdownException) {
                // A failed write where autoClose is off: its user wants to read what the peer sent before the RST, then
                // closes.
                return;
            }
            // With half-closure allowed Netty would only shut the input down, and the port would stay leased.
            context.close();
            return;
        }
        super.exceptionCaught(context, cause);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
        if (connection == null) {
            super.close(context, promise);
            return;
        }
        if (lastAck != null) {
            closeDuringLastAck(context, promise, lastAck);
            return;
        }
        if (!bothShutDown() && isAbort()) {
            close = Ending.Close.RESET_BY_US;
        }
        if (close == Ending.Close.PEER_FIRST && known && !channel.isOutputShutdown()) {
            channel.shutdownOutput();
        }
        if (capture() == TcpState.LAST_ACK) {
            lastAck = LastAckWatch.start(channel, ports.tools(), acknowledged -> {
                if (!acknowledged) {
                    ending = blind(Ending.Close.UNFINISHED);
                }
                lastAck = null;
                context.close();
            });
            closeWithChannel(promise);
        } else {
            super.close(context, promise);
        }
    }

    private void closeDuringLastAck(ChannelHandlerContext context, ChannelPromise promise, LastAckWatch watch)
            throws Exception {
        if (isAbort()) {
            ending = blind(Ending.Close.RESET_BY_US);
            watch.stop();
            super.close(context, promise);
        } else {
            closeWithChannel(promise);
        }
    }

    private void closeWithChannel(ChannelPromise promise) {
        channel.closeFuture().addListener(closed -> promise.trySuccess());
    }

    private boolean bothShutDown() {
        return channel.isInputShutdown() && channel.isOutputShutdown();
    }

    private boolean isAbort() {
        Integer linger = channel.config().getOption(ChannelOption.SO_LINGER);
        return linger != null && linger == 0;
    }

    /**
     * Fixes the ending while TCP_INFO can still be read.
     *
     * @return the kernel's state; unknown if the ending was fixed before
     */
    private TcpState capture() {
        if (ending != null || connection == null) {
            return TcpState.UNKNOWN;
        }
        Ending.Close how = close == null ? Ending.Close.UNFINISHED : close;
        TcpInfo info = ports.tools().tcpInfo();
        int descriptor = Transport.descriptor(channel);
        if (!known || descriptor < 0 || !info.read(descriptor).isNone()) {
            ending = blind(how);
            return TcpState.UNKNOWN;
        }
        // An RST that came in before we noticed, or the one the kernel sends when data was never read.
        if (how == Ending.Close.UNFINISHED && info.state() == TcpState.CLOSE) {
            how = Ending.Close.RESET_BY_PEER;
        }
        // The peer's FIN was there already when we sent ours, only not read yet.
        if (how == Ending.Close.WE_FIRST && info.state() == TcpState.LAST_ACK) {
            how = Ending.Close.PEER_FIRST;
        }
        ending = new Ending(
                how,
                timestamps,
                Math.max(0, info.srttMicros()),
                Math.max(0, info.rtoMicros()),
                Clock.nowMillis() - lease.leasedMillis(),
                sent(info),
                info.bytesReceived(),
                info.unackedSegments() == 0 && info.notSentBytes() <= 0,
                !stole,
                cookie);
        return info.state();
    }

    private static long sent(TcpInfo info) {
        return info.bytesSent() < 0 ? -1 : info.bytesSent() - Math.max(0, info.bytesRetransmitted());
    }

    /** Without a round-trip time the row with timestamps would be too short, so the unknown row has to apply. */
    private Ending blind(Ending.Close how) {
        return new Ending(how, false, 0, 0, Clock.nowMillis() - lease.leasedMillis(), -1, -1, false, !stole, cookie);
    }

    private void release() {
        long now = Clock.releaseMillis();
        Ending how = ending != null ? ending : blind(close == null ? Ending.Close.UNFINISHED : close);
        LeasedConnection opened = connection;
        if (lease.isHeld()) {
            ports.release(lease, how, now);
        }
        if (opened != null) {
            ports.closed(opened, how, now);
        }
    }

    Channel channel() {
        return channel;
    }
}

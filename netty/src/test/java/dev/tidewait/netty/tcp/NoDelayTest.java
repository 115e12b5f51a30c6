package dev.tidewait.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Errno;
import dev.tidewait.linux.SocketOptions;
import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small writes to a peer that takes its time with acknowledgements, over veth. */
@Timeout(60)
class NoDelayTest {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    /** Off: acknowledgements are delayed by 40 ms from the first byte on (tcp(7), TCP_ATO_MIN). */
    private static final IntegerUnixChannelOption TCP_QUICKACK =
            new IntegerUnixChannelOption("TCP_QUICKACK", IPPROTO_TCP, 12);
    /** A machine that stands still for 40 ms between two writes proves nothing. */
    private static final int TRIES = 20;

    private final Host client = Host.start("client");
    private final Host server = Host.start("server");
    private final EventLoopGroup loops = Transport.EPOLL.newGroup(2, "no-delay");
    private final InetAddress serverAddress = InetAddress.ofLiteral("10.201.0.2");
    private InetSocketAddress listening = new InetSocketAddress(serverAddress, 0);

    /** What TCP_INFO says right before and right after the second of two writes of one byte. */
    private record Seen(long unackedBefore, long unacked, long unsentBytes, int kernelNoDelay) {}

    @BeforeEach
    void listen() {
        client.ip("link add tw0 type veth peer name tw1 netns " + server.threadId());
        client.ip("address add 10.201.0.1/24 dev tw0");
        client.ip("link set tw0 up");
        server.ip("address add 10.201.0.2/24 dev tw1");
        server.ip("link set tw1 up");
        Channel bound = server.call(() -> new ServerBootstrap()
                .group(loops)
                .channel(Transport.EPOLL.serverChannel())
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(TCP_QUICKACK, 0)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public boolean isSharable() {
                        return true;
                    }
                })
                .bind(listening)
                .syncUninterruptibly()
                .channel());
        listening = (InetSocketAddress) bound.localAddress();
    }

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        client.close();
        server.close();
    }

    @Test
    void shouldSendASecondSmallWriteAtOnceAlthoughTheFirstIsNotAcknowledged() throws Exception {
        Seen seen = writeTwice(true);

        assertThat(seen.unsentBytes).isZero();
        assertThat(seen.unacked).isEqualTo(2);
    }

    /** So the peer does delay, and what is seen above is not by chance. */
    @Test
    void shouldKeepTheSecondBackWhereNoDelayIsSwitchedOff() throws Exception {
        Seen seen = writeTwice(false);

        assertThat(seen.unsentBytes).isEqualTo(1);
        assertThat(seen.kernelNoDelay).isZero();
    }

    @Test
    void shouldTellTheKernelOnlyBeforeTheSecondWrite() throws Exception {
        TcpChannel channel = connect();
        int descriptor = channel.fd().intValue();
        channel.writeAndFlush(Unpooled.copiedBuffer("a", US_ASCII)).sync();
        assertThat(SocketOptions.getInt(descriptor, IPPROTO_TCP, TCP_NODELAY)).isZero();

        channel.writeAndFlush(Unpooled.copiedBuffer("b", US_ASCII)).sync();
        assertThat(SocketOptions.getInt(descriptor, IPPROTO_TCP, TCP_NODELAY)).isPositive();
    }

    @Test
    void shouldTellTheKernelWhereSomebodyAsks() throws Exception {
        TcpChannel channel = connect();
        assertThat(channel.config().getOption(new IntegerUnixChannelOption("TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY)))
                .isPositive();

        TcpChannel other = connect();
        assertThat(other.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
    }

    private Seen writeTwice(boolean noDelay) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            TcpChannel channel = connect();
            if (!noDelay) {
                channel.config().setOption(ChannelOption.TCP_NODELAY, false);
            }
            channel.writeAndFlush(Unpooled.copiedBuffer("a", US_ASCII)).sync();
            Seen seen = channel.eventLoop()
                    .schedule(() -> second(channel), 1, TimeUnit.MILLISECONDS)
                    .get();
            channel.close().sync();
            if (seen.unackedBefore == 1) {
                return seen;
            }
        }
        throw new AssertionError("the peer never delayed an acknowledgement by a millisecond");
    }

    private static Seen second(TcpChannel channel) {
        int descriptor = channel.fd().intValue();
        TcpInfo info = new TcpInfo();
        assertThat(info.read(descriptor)).isEqualTo(Errno.NONE);
        long before = info.unackedSegments();
        channel.writeAndFlush(Unpooled.copiedBuffer("b", US_ASCII));
        assertThat(info.read(descriptor)).isEqualTo(Errno.NONE);
        return new Seen(
                before,
                info.unackedSegments(),
                info.notSentBytes(),
                SocketOptions.getInt(descriptor, IPPROTO_TCP, TCP_NODELAY));
    }

    private TcpChannel connect() {
        Channel channel = client.call(() -> new Bootstrap()
                .group(loops)
                .channelFactory(() -> Transport.EPOLL.newChannel(serverAddress))
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                        context.close();
                    }
                })
                .connect(listening)
                .syncUninterruptibly()
                .channel());
        return (TcpChannel) channel;
    }
}

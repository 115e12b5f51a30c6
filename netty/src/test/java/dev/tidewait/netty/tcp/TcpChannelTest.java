package dev.tidewait.netty.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.TcpState;
import dev.tidewait.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpChannelTest {
    private static final long DEADLINE_SECONDS = 10;
    private static final int TCP_NODELAY = 1;
    private static final int IPPROTO_TCP = 6;

    private final EventLoopGroup loops = Transport.EPOLL.newGroup(1, "tcp");
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void endLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void shouldReadWhatCameWhileNobodyWantedToRead() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, false);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write("abc".getBytes(US_ASCII));
                peer.shutdownOutput();
                roundTrip(channel);
                assertThat(heard).isEmpty();

                channel.config().setAutoRead(true);

                assertThat(next()).isEqualTo("abc");
                assertThat(next()).isEqualTo("end of input");
                assertThat(channel.isOpen()).isTrue();
            }
        }
    }

    @Test
    void shouldReadOnceForEachRequestWithoutAutoRead() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, false);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write("abc".getBytes(US_ASCII));
                channel.read();
                assertThat(next()).isEqualTo("abc");

                peer.getOutputStream().write("def".getBytes(US_ASCII));
                roundTrip(channel);
                assertThat(heard).isEmpty();
                channel.read();

                assertThat(next()).isEqualTo("def");
            }
        }
    }

    @Test
    void shouldCloseAtTheFinWhereNobodyWantsHalfAConnection() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, true);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            listening.accept().close();

            assertThat(channel.closeFuture().await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void shouldFailAWriteBehindTheFin() throws Exception {
        try (ServerSocket listening = listen()) {
            TcpChannel channel = (TcpChannel) connect(listening, true);
            try (Socket peer = listening.accept()) {
                assertThat(channel.shutdownOutput().await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
                ChannelFuture late = channel.writeAndFlush(Unpooled.copiedBuffer("late", US_ASCII));

                assertThat(late.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(late.cause()).isInstanceOf(ChannelOutputShutdownException.class);
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
                assertThat(channel.isOutputShutdown()).isTrue();
                assertThat(channel.isWritable()).isFalse();
                assertThat(channel.shutdownOutput().await().cause()).isInstanceOf(ClosedChannelException.class);
                assertThat(channel.isInputShutdown()).isFalse();
            }
        }
    }

    @Test
    void shouldWriteManyBuffersOfEveryKindInOrder() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, true);
            try (Socket peer = listening.accept()) {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < 3_000; i++) {
                    String piece = i + ",";
                    all.append(piece);
                    ByteBuf bytes = i % 3 == 0
                            ? Unpooled.copiedBuffer(piece, US_ASCII)
                            : channel.alloc().directBuffer().writeBytes(piece.getBytes(US_ASCII));
                    channel.write(i % 50 == 0 ? Unpooled.wrappedBuffer(bytes, Unpooled.EMPTY_BUFFER) : bytes);
                    if (i % 7 == 0) {
                        channel.write(Unpooled.EMPTY_BUFFER);
                    }
                }
                assertThat(channel.writeAndFlush(Unpooled.EMPTY_BUFFER).await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
                channel.close();

                assertThat(new String(peer.getInputStream().readAllBytes(), US_ASCII))
                        .isEqualTo(all.toString());
            }
        }
    }

    @Test
    void shouldResetWithLingerZero() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, true);
            try (Socket peer = listening.accept()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                assertThat(channel.config().getOption(ChannelOption.SO_LINGER)).isZero();
                channel.close().await(DEADLINE_SECONDS, TimeUnit.SECONDS);

                assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void shouldHearOfThePeersReset() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, true);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write("abc".getBytes(US_ASCII));
                assertThat(next()).isEqualTo("abc");
                peer.setSoLinger(true, 0);
            }
            assertThat(next()).contains("failed with error(-104)"); // ECONNRESET
            assertThat(channel.isOpen()).isTrue(); // until whoever heard it closes
        }
    }

    @Test
    void shouldSayWhyAConnectFailed() throws Exception {
        int port;
        try (ServerSocket closed = listen()) {
            port = closed.getLocalPort();
        }
        ChannelFuture refused = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), true);

        assertThat(refused.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.cause())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused")
                .hasMessageContaining(Integer.toString(port));
        assertThat(refused.channel().closeFuture().await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    /** Whoever asked must hear of it before the channel is closed: what becomes of the port depends on it. */
    @Test
    void shouldStayOpenWhereTheKernelRefusesTheConnectAtOnce() throws Exception {
        try (ServerSocket listening = listen()) {
            InetSocketAddress to = (InetSocketAddress) listening.getLocalSocketAddress();
            ChannelFuture first =
                    bootstrap(true).option(ChannelOption.SO_REUSEADDR, true).connect(to);
            assertThat(first.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            TcpChannel second = new TcpChannel(SocketProtocolFamily.INET);
            second.config().setOption(ChannelOption.SO_REUSEADDR, true);
            loops.next().register(second).syncUninterruptibly();

            ChannelFuture same = second.connect(to, first.channel().localAddress());

            assertThat(same.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(same.cause()).hasMessageContaining("connect(..) failed with error(-99)"); // EADDRNOTAVAIL
            assertThat(second.isOpen()).isTrue();
            second.close();
        }
    }

    /** A read stops at an urgent byte although there is more behind it. */
    @Test
    void shouldReadWhatIsBehindAnUrgentByte() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, false);
            try (Socket peer = listening.accept()) {
                peer.setTcpNoDelay(true);
                peer.getOutputStream().write("abc".getBytes(US_ASCII));
                peer.sendUrgentData('!');
                peer.getOutputStream().write("def".getBytes(US_ASCII));
                roundTrip(channel);
                channel.config().setAutoRead(true);

                assertThat(next()).isEqualTo("abc");
                assertThat(next()).isEqualTo("def");
            }
        }
    }

    /** Within one round of epoll_wait(2) a descriptor can be closed and given out again: then events of the first one come to the second. */
    @Test
    void shouldNotTakeAnEventOfItsDescriptorsFormerOwnerForAnAnswer() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Channel> channels = new ArrayList<>();
            // One more than the line holds: the kernel drops that one's SYN, and sends it again after a second.
            ChannelFuture waiting;
            do {
                waiting = open((InetSocketAddress) full.getLocalSocketAddress(), true);
                channels.add(waiting.channel());
            } while (waiting.await(200, TimeUnit.MILLISECONDS) && channels.size() < 100);
            assertThat(waiting.isDone()).isFalse();
            TcpChannel channel = (TcpChannel) waiting.channel();
            assertThat(channel.state()).isEqualTo(TcpState.SYN_SENT);

            loops.submit(() -> ((EpollIoHandle) channel.unsafe()).handle(unused(), (EpollIoEvent)
                            () -> EpollIoOps.EPOLLOUT.with(EpollIoOps.EPOLLIN).with(EpollIoOps.EPOLLRDHUP)))
                    .await(DEADLINE_SECONDS, TimeUnit.SECONDS);

            assertThat(waiting.isDone()).isFalse();
            assertThat(channel.isActive()).isFalse();
            full.accept().close();
            assertThat(waiting.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting.isSuccess()).isTrue();
            channels.forEach(Channel::close);
        }
    }

    private static IoRegistration unused() {
        return (IoRegistration) Proxy.newProxyInstance(
                TcpChannelTest.class.getClassLoader(), new Class<?>[] {IoRegistration.class}, (proxy, method, args) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void shouldGiveUpAConnectThatIsCancelledOrTakesTooLong() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            ChannelFuture waiting;
            do {
                waiting = open(address, true);
            } while (waiting.await(200, TimeUnit.MILLISECONDS));

            assertThat(waiting.cancel(false)).isTrue();
            assertThat(waiting.channel().closeFuture().await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();

            ChannelFuture late = bootstrap(true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 50)
                    .connect(address);
            assertThat(late.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(late.cause()).hasMessageContaining("timed out after 50 ms");
            assertThat(late.channel().closeFuture().await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void shouldKnowTheOptionsOfSockets() throws Exception {
        try (ServerSocket listening = listen()) {
            Channel channel = connect(listening, true);

            assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            assertThat(channel.config().setOption(ChannelOption.SO_KEEPALIVE, true))
                    .isTrue();
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true))
                    .isTrue();
            assertThat(channel.config().getOption(UnixChannelOption.SO_REUSEPORT))
                    .isTrue();
            assertThat(channel.config()
                            .getOption(new IntegerUnixChannelOption("TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY)))
                    .isEqualTo(1);
            assertThat(channel.config().getOptions())
                    .containsKeys(ChannelOption.SO_RCVBUF, ChannelOption.SO_LINGER, ChannelOption.AUTO_READ);
        }
    }

    // ---- tools ----

    /** Whatever epoll had to tell it has been told. */
    private void roundTrip(Channel channel) {
        channel.eventLoop().schedule(() -> true, 50, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private String next() throws InterruptedException {
        String said = heard.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(said).isNotNull();
        return said;
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private Channel connect(ServerSocket to, boolean autoRead) {
        return open((InetSocketAddress) to.getLocalSocketAddress(), autoRead)
                .syncUninterruptibly()
                .channel();
    }

    private ChannelFuture open(InetSocketAddress to, boolean autoRead) {
        return bootstrap(autoRead).connect(to);
    }

    private Bootstrap bootstrap(boolean autoRead) {
        return new Bootstrap()
                .group(loops)
                .channelFactory(() -> Transport.EPOLL.newChannel(InetAddress.getLoopbackAddress()))
                .option(ChannelOption.AUTO_READ, autoRead)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new Ear());
    }

    /** Tells the test what it hears. */
    @Sharable
    private final class Ear extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            heard.add(bytes.toString(US_ASCII));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                heard.add("end of input");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(String.valueOf(cause.getMessage()));
        }
    }
}

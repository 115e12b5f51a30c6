package dev.tidewait.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A channel with much to do lets the others of its event loop have their turn. In each test one byte for another channel comes with the first piece of
 * the work, and what counts is how much more is done before that channel hears of it.
 */
class TcpTurnsTest {
    private static final long DEADLINE_SECONDS = 10;
    /** Accepts, or reads, of two goes. */
    private static final int MOST_BEFORE = 2 * 16;

    private final EventLoopGroup loop = Transport.EPOLL.newGroup(1, "tcp");
    private final CompletableFuture<Integer> doneWhenHeard = new CompletableFuture<>();
    private ServerSocket listening;
    private Socket peerOfTheOther;
    /** Pieces of work done; owned by the event loop. */
    private int done;

    @BeforeEach
    void openTheOther() throws Exception {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        connect(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object bytes) {
                ReferenceCountUtil.release(bytes);
                doneWhenHeard.complete(done);
            }
        });
        peerOfTheOther = listening.accept();
    }

    @AfterEach
    void end() throws Exception {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        peerOfTheOther.close();
        listening.close();
    }

    @Test
    void shouldNotAcceptAllThatWaitInOneGo() throws Exception {
        int clientCount = 200;
        TcpServerChannel server = new TcpServerChannel();
        server.config().setAutoRead(false);
        server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object child) {
                ((Channel) child).unsafe().closeForcibly();
                countOne();
            }
        });
        loop.register(server).syncUninterruptibly();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < clientCount; i++) {
            clients.add(new Socket(InetAddress.getLoopbackAddress(), port(server)));
        }

        server.config().setAutoRead(true);

        assertThat(doneWhenHeard.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isBetween(1, MOST_BEFORE);
        for (Socket client : clients) {
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            assertThat(client.getInputStream().read())
                    .as("accepted, and closed")
                    .isEqualTo(-1);
            client.close();
        }
    }

    @Test
    void shouldNotReadAllThatIsThereInOneGo() throws Exception {
        int pieceBytes = 512;
        int pieceCount = 200;
        CompletableFuture<Void> all = new CompletableFuture<>();
        Channel busy = connect(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object bytes) {
                ReferenceCountUtil.release(bytes);
                countOne();
                if (done == pieceCount) {
                    all.complete(null);
                }
            }
        });
        busy.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(pieceBytes));
        busy.config().setAutoRead(false);
        busy.eventLoop().submit(() -> {}).syncUninterruptibly(); // until then it may still read
        try (Socket peer = listening.accept()) {
            peer.getOutputStream().write(new byte[pieceBytes * pieceCount]);

            busy.config().setAutoRead(true);

            assertThat(doneWhenHeard.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isBetween(1, MOST_BEFORE);
            all.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldNotWriteAllThatTheKernelTakesInOneGo() throws Exception {
        int oneCall = 1_024; // IOV_MAX
        int pieceCount = 20 * oneCall;
        Channel busy = connect(new ChannelInboundHandlerAdapter());
        busy.config().setWriteSpinCount(1);
        try (Socket peer = listening.accept()) {
            busy.eventLoop().execute(() -> {
                for (int i = 0; i < pieceCount; i++) {
                    busy.write(Unpooled.directBuffer(1).writeByte(i)).addListener(written -> countOne());
                }
                busy.flush();
            });

            assertThat(doneWhenHeard.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isBetween(1, 2 * oneCall);
            assertThat(peer.getInputStream().readNBytes(pieceCount)).hasSize(pieceCount);
        }
    }

    /** Of a channel that was accepted epoll has only been told that it reads. */
    @Test
    void shouldWriteTheRestToAClientThatWasAccepted() throws Exception {
        int pieceCount = 20 * 1_024;
        Channel server = new ServerBootstrap()
                .group(loop)
                .channel(TcpServerChannel.class)
                .childOption(ChannelOption.WRITE_SPIN_COUNT, 1)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object request) {
                        ReferenceCountUtil.release(request);
                        for (int i = 0; i < pieceCount; i++) {
                            ctx.write(Unpooled.directBuffer(1).writeByte(i));
                        }
                        ctx.flush();
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(server))) {
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().readNBytes(pieceCount)).hasSize(pieceCount);
        }
    }

    @Test
    void shouldWriteTheRestOnTheEventLoopThatItMovedTo() throws Exception {
        int pieceCount = 20 * 1_024;
        Channel busy = connect(new ChannelInboundHandlerAdapter());
        busy.config().setWriteSpinCount(1);
        EventLoopGroup other = Transport.EPOLL.newGroup(1, "tcp-other");
        try (Socket peer = listening.accept()) {
            busy.eventLoop()
                    .submit(() -> {
                        for (int i = 0; i < pieceCount; i++) {
                            busy.write(Unpooled.directBuffer(1).writeByte(i));
                        }
                        busy.flush();
                        return busy.deregister();
                    })
                    .get(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .syncUninterruptibly();
            other.register(busy).syncUninterruptibly();

            peer.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            assertThat(peer.getInputStream().readNBytes(pieceCount)).hasSize(pieceCount);
            busy.close().syncUninterruptibly();
        } finally {
            other.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    // ---- tools ----

    private void countOne() {
        done++;
        if (done == 1) {
            try {
                peerOfTheOther.getOutputStream().write(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Channel connect(ChannelInboundHandlerAdapter handler) {
        return new Bootstrap()
                .group(loop)
                .channelFactory(() -> new TcpChannel(SocketProtocolFamily.INET))
                .handler(handler)
                .connect(listening.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    private static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }
}

package dev.tidewait.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpServerChannelTest {
    private static final long DEADLINE_SECONDS = 10;

    private final EventLoopGroup loops = Transport.EPOLL.newGroup(2, "tcp");
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    @AfterEach
    void endLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void shouldAcceptWhoeverCameDuringAPause() throws Exception {
        TcpServerChannel server = listen(false);
        try (Socket first = new Socket()) {
            first.connect(server.localAddress());
            roundTrip(server);
            assertThat(accepted).isEmpty();
            server.config().setAutoRead(true);
            Channel child = nextAccepted();
            assertThat(child.remoteAddress()).isEqualTo(first.getLocalSocketAddress());
            assertThat(child.config().getOption(ChannelOption.TCP_NODELAY))
                    .as("inherited")
                    .isTrue();

            server.config().setAutoRead(false);
            roundTrip(server);
            for (int i = 0; i < 40; i++) {
                new Socket(InetAddress.getLoopbackAddress(), port(server)).close();
            }
            roundTrip(server);
            assertThat(accepted).isEmpty();
            server.config().setAutoRead(true);
            for (int i = 0; i < 40; i++) {
                nextAccepted().unsafe().closeForcibly();
            }
            child.unsafe().closeForcibly();
        }
    }

    @Test
    void shouldAcceptOnTheEventLoopThatItMovedTo() throws Exception {
        TcpServerChannel server = listen(true);
        server.deregister().syncUninterruptibly();
        loops.next().register(server).syncUninterruptibly();

        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(server))) {
            Channel child = nextAccepted();

            assertThat(child.remoteAddress()).isEqualTo(client.getLocalSocketAddress());
            child.unsafe().closeForcibly();
        }
    }

    // ---- tools ----

    private TcpServerChannel listen(boolean autoRead) {
        TcpServerChannel server = new TcpServerChannel();
        server.config().setAutoRead(autoRead);
        server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object child) {
                accepted.add((Channel) child);
            }
        });
        loops.next().register(server).syncUninterruptibly();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly();
        return server;
    }

    private Channel nextAccepted() throws InterruptedException {
        Channel child = accepted.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(child).isNotNull();
        return child;
    }

    private static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Whatever epoll had to tell it has been told. */
    private void roundTrip(Channel channel) {
        channel.eventLoop().schedule(() -> true, 50, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}

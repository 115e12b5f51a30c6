package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.SocketOptions;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.FourTuple;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connector against plain Java sockets. What needs a real network between two hosts is tested in the lab. */
@Timeout(60)
final class LeasedConnectorTest {
    private static final PortSet TEN_PORTS = PortSet.range(20_000, 20_009);

    private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
    private ServerSocket server;

    LeasedConnectorTest() throws IOException {
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    @BeforeEach
    void listen() throws IOException {
        server.close();
        server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** Takes errors as they come; the endings tell. */
    private static final class Quiet extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            assertThat(cause).isInstanceOf(IOException.class);
        }
    }

    /** A connector over ten ports with everything that it needs. */
    private final class Bench implements AutoCloseable {
        private final EventLoopGroup loops;
        private final OutgoingPorts ports;
        private final LeasedConnector connector;

        Bench(Transport transport, Floors floors) {
            this(transport, new PortSettings(Optional.of(TEN_PORTS), List.of(), floors, List.of(), false, 100, 100));
        }

        Bench(Transport transport, PortSettings settings) {
            loops = transport.newGroup(1, "test");
            ports = OutgoingPorts.open(settings, transport, loops);
            ports.listen(new ConnectionListener() {
                @Override
                public void closed(LeasedConnection connection, Ending ending, long releasedMillis) {
                    endings.add(ending);
                }
            });
            connector = new LeasedConnector(ports);
        }

        Future<Channel> connect(long portWaitMillis) {
            return connect(loops.next(), (InetSocketAddress) server.getLocalSocketAddress(), portWaitMillis);
        }

        Future<Channel> connect(EventLoop loop, InetSocketAddress to, long portWaitMillis) {
            return connector.connect(new ConnectRequest(loop, to, new Quiet(), true, portWaitMillis, 2_000));
        }

        PoolSnapshot snapshot() {
            // Other destinations are there too: TIME_WAIT of earlier tests on these ports.
            return ports.ledgers().snapshots(Clock.nowMillis()).stream()
                    .filter(pool -> pool.destination().port() == server.getLocalPort())
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
            ports.close();
        }
    }

    private Ending nextEnding() throws InterruptedException {
        Ending ending = endings.poll(10, TimeUnit.SECONDS);
        assertThat(ending).as("an ending within ten seconds").isNotNull();
        return ending;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldCloseFirstAndKnowIt(Transport transport) throws Exception {
        try (Bench bench = new Bench(transport, Floors.DEFAULT)) {
            Channel channel = bench.connect(0).sync().getNow();
            try (Socket accepted = server.accept()) {
                ((DuplexChannel) channel).shutdownOutput().sync();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            channel.pipeline().addLast(closeOnInputShutdown());
            Ending ending = nextEnding();
            assertThat(ending.close()).isEqualTo(Ending.Close.WE_FIRST);
            assertThat(ending.timestamps()).isEqualTo(transport != Transport.NIO);
            assertThat(bench.snapshot().cooling()).isEqualTo(1);
            assertThat(bench.snapshot().leased()).isZero();
        }
    }

    private static ChannelInboundHandlerAdapter closeOnInputShutdown() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext context) {
                if (((DuplexChannel) context.channel()).isInputShutdown()) {
                    context.close();
                }
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event == ChannelInputShutdownEvent.INSTANCE) {
                    context.close();
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldKnowThatTheServerClosedFirst(Transport transport) throws Exception {
        try (Bench bench = new Bench(transport, Floors.DEFAULT)) {
            Channel channel = bench.connect(0).sync().getNow();
            channel.pipeline().addLast(closeOnInputShutdown());
            server.accept().close();
            assertThat(nextEnding().close()).isEqualTo(Ending.Close.PEER_FIRST);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldKnowWhoReset(Transport transport) throws Exception {
        try (Bench bench = new Bench(transport, Floors.DEFAULT)) {
            Channel reset = bench.connect(0).sync().getNow();
            try (Socket accepted = server.accept()) {
                accepted.setSoLinger(true, 0);
            }
            assertThat(nextEnding().close()).isEqualTo(Ending.Close.RESET_BY_PEER);
            assertThat(reset.isOpen()).isFalse();

            Channel aborted = bench.connect(0).sync().getNow();
            try (Socket accepted = server.accept()) {
                aborted.config().setOption(ChannelOption.SO_LINGER, 0);
                aborted.close().sync();
                assertThat(nextEnding().close()).isEqualTo(Ending.Close.RESET_BY_US);
                assertThat(accepted.isClosed()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void shouldSetBothReuseOptions(Transport transport) throws Exception {
        try (Bench bench = new Bench(transport, Floors.DEFAULT)) {
            Channel channel = bench.connect(0).sync().getNow();
            assertThat(channel.config().getOption(ChannelOption.SO_REUSEADDR)).isTrue();
            assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            int descriptor = Transport.descriptor(channel);
            if (transport != Transport.NIO) {
                assertThat(SocketOptions.getInt(descriptor, 1, 15))
                        .as("SO_REUSEPORT")
                        .isEqualTo(1);
                assertThat(SocketOptions.getInt(descriptor, 1, 2))
                        .as("SO_REUSEADDR")
                        .isEqualTo(1);
            }
            channel.close().sync();
        }
    }

    @Test
    void shouldServeTheLineInOrderAndFailAtTheDeadline() throws Exception {
        Floors floors = new Floors(200, 200, 200, 200, 200, 1_000, 0, false);
        try (Bench bench = new Bench(Transport.best(), floors)) {
            List<Channel> live = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                live.add(bench.connect(0).sync().getNow());
                server.accept();
            }
            Future<Channel> refused = bench.connect(0);
            refused.await();
            assertThat(refused.cause())
                    .isInstanceOfSatisfying(
                            ConnectFailedException.class,
                            e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.NO_PORT))
                    .hasMessageContaining("10 ports from 1 source")
                    .hasMessageContaining("10 live")
                    .hasMessageContaining("sources");
            Future<Channel> first = bench.connect(5_000);
            Future<Channel> second = bench.connect(5_000);
            Future<Channel> impatient = bench.connect(100);
            impatient.await();
            assertThat(impatient.cause()).hasMessageContaining("within 1");
            reset(live.get(0));
            first.sync();
            assertThat(second.isDone()).isFalse();
            reset(live.get(1));
            second.sync();
            assertThat(bench.snapshot().waiting()).isZero();
            assertThat(bench.snapshot().leased()).isEqualTo(10);
            assertThat(bench.snapshot().ageAtReuse().minMillis()).isGreaterThanOrEqualTo(200);
        }
    }

    private static void reset(Channel channel) throws InterruptedException {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close().sync();
    }

    @Test
    void shouldReuseTheSamePortsManyTimes() throws Exception {
        // 3.5 RTO of at least 200 ms is the floor here, whatever the setting.
        Floors floors = new Floors(750, 750, 750, 750, 750, 1_000, 0, false);
        try (Bench bench = new Bench(Transport.best(), floors)) {
            for (int i = 0; i < 40; i++) {
                Channel channel = bench.connect(5_000).sync().getNow();
                channel.pipeline().addLast(closeOnInputShutdown());
                try (Socket accepted = server.accept()) {
                    ((DuplexChannel) channel).shutdownOutput().sync();
                    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(nextEnding().close()).isEqualTo(Ending.Close.WE_FIRST);
            }
            assertThat(bench.snapshot().ageAtReuse().count()).isEqualTo(30);
            assertThat(bench.snapshot().ageAtReuse().minMillis()).isGreaterThanOrEqualTo(750);
        }
    }

    @Test
    void shouldSayThatNothingListens() throws Exception {
        try (Bench bench = new Bench(Transport.best(), Floors.DEFAULT)) {
            server.close();
            Future<Channel> failed = bench.connect(0);
            failed.await();
            assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                            ConnectFailedException.class,
                            e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.REFUSED));
            assertThat(bench.snapshot().leased()).isZero();
            assertThat(bench.snapshot().cooling()).isEqualTo(1);
        }
    }

    @Test
    void shouldAskTheKernelAboutAConnectionThatWasGivenUpUnseen() throws Exception {
        try (Bench bench = new Bench(Transport.EPOLL, Floors.DEFAULT)) {
            // The kernel is done before connect() is back; the event loop learns of it later, and by then nobody wants
            // it.
            bench.loops
                    .submit(() -> assertThat(bench.connect(0).cancel(false)).isTrue())
                    .sync();
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            bench.loops.submit(() -> {}).sync(); // the end of what sent the FIN
            assertThat(bench.snapshot().leased()).isZero();
            assertThat(bench.snapshot().cooling()).isZero();
            assertThat(bench.snapshot().aside()).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeTheUnknownRowWhereNothingCouldBeRead() throws Exception {
        try (Bench bench = new Bench(Transport.EPOLL, Floors.DEFAULT)) {
            Channel channel = bench.connect(0).sync().getNow();
            // As when the event loop ends: past the pipeline.
            channel.eventLoop()
                    .submit(() -> channel.unsafe().close(channel.voidPromise()))
                    .sync();
            assertThat(nextEnding().timestamps()).isFalse();
        }
    }

    @Test
    void shouldWriteTheDestinationsOwnFloorToTheJournal() throws Exception {
        PortSettings.ForDestination exception =
                new PortSettings.ForDestination(any -> true, Floors.DEFAULT.withFixed(30_000), List.of());
        PortSettings settings = new PortSettings(
                Optional.of(TEN_PORTS), List.of(), Floors.DEFAULT, List.of(exception), false, 100, 100);
        try (Bench bench = new Bench(Transport.EPOLL, settings)) {
            assumeTrue(bench.ports.journal().isPresent(), "needs a /run/tidewait or XDG_RUNTIME_DIR to write to");
            Channel channel = bench.connect(0).sync().getNow();
            channel.pipeline().addLast(closeOnInputShutdown());
            server.accept().close();
            assertThat(nextEnding().close()).isEqualTo(Ending.Close.PEER_FIRST);
            assertThat(bench.ports.journal().orElseThrow().past(Clock.releaseMillis()))
                    .filteredOn(past -> past.tuple().destination().port() == server.getLocalPort())
                    .singleElement()
                    .returns(30_000L, EndingJournal.Past::floorMillis);
        }
    }

    @Test
    void shouldDestroyAheadOfUseOnlyWhatWasThereWhenItWasNamed() throws Exception {
        try (Bench bench = new Bench(Transport.EPOLL, Floors.DEFAULT);
                SocketDiag diag = SocketDiag.open()) {
            assumeTrue(bench.ports.ledgers().mayDestroy(), "needs CAP_NET_ADMIN and Linux 6.0");
            long before = Clock.nowMillis();
            Channel channel = bench.connect(0).sync().getNow();
            try (Socket accepted = server.accept()) {
                ((DuplexChannel) channel).shutdownOutput().sync();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            channel.pipeline().addLast(closeOnInputShutdown());
            assertThat(nextEnding().close()).isEqualTo(Ending.Close.WE_FIRST);
            InetSocketAddress from = (InetSocketAddress) channel.localAddress();
            FourTuple tuple =
                    new FourTuple(IpAddress.of(from.getAddress()), from.getPort(), Destination.of((InetSocketAddress)
                            server.getLocalSocketAddress()));
            BucketRelief relief = new BucketRelief(bench.ports.ledgers(), true, () -> 200);

            relief.destroy(List.of(tuple), Clock.nowMillis(), diag);
            assertThat(relief.destroyedCount()).as("below every floor").isZero();
            awaitTimeWaitOf(300, TcpTuple.of(from, (InetSocketAddress) server.getLocalSocketAddress()), diag);
            relief.destroy(List.of(tuple), before, diag);
            assertThat(relief.destroyedCount())
                    .as("a TIME_WAIT made after the naming")
                    .isZero();
            relief.destroy(List.of(tuple), Clock.nowMillis(), diag);
            assertThat(relief.destroyedCount()).isEqualTo(1);
        }
    }

    private static void awaitTimeWaitOf(long ageMillis, TcpTuple tuple, SocketDiag diag) {
        while (diag.get(tuple) instanceof TimeWaitSocket young && young.remainingMillis() > 60_000 - ageMillis) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void shouldNameASourceThatIsNotOfThisHost() throws Exception {
        PortSettings settings = new PortSettings(
                Optional.of(TEN_PORTS),
                List.of(IpAddress.of(InetAddress.ofLiteral("192.0.2.77"))),
                Floors.DEFAULT,
                List.of(),
                false,
                100,
                100);
        try (Bench bench = new Bench(Transport.EPOLL, settings)) {
            for (int i = 0; i < 20; i++) {
                Future<Channel> failed = bench.connect(0);
                failed.await();
                assertThat(failed.cause())
                        .isInstanceOfSatisfying(
                                ConnectFailedException.class,
                                e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.LOCAL))
                        .hasMessageContaining("from 192.0.2.77: that is not an address of this host")
                        .hasMessageContaining("sources.addresses");
            }
            assertThat(bench.snapshot().leased()).isZero();
            // A port that was live when an earlier test was killed may be left alone.
            assertThat(bench.snapshot().headroom()).isGreaterThanOrEqualTo(9);
        }
    }

    @Test
    void shouldConnectWhereAListenerFails() throws Exception {
        try (Bench bench = new Bench(Transport.best(), Floors.DEFAULT)) {
            bench.ports.listen(new ConnectionListener() {
                @Override
                public void opened(LeasedConnection connection, long leasedMillis) {
                    throw new IllegalStateException("as a test");
                }
            });
            assertThat(bench.connect(0).sync().getNow().isActive()).isTrue();
        }
    }

    @Test
    void shouldNameTheSettingWhereNoSourceIsOfTheFamily() throws Exception {
        IpAddress onlyV4 = IpAddress.of(InetAddress.ofLiteral("127.0.0.1"));
        PortSettings settings =
                new PortSettings(Optional.of(TEN_PORTS), List.of(onlyV4), Floors.DEFAULT, List.of(), false, 100, 100);
        try (Bench bench = new Bench(Transport.best(), settings)) {
            Future<Channel> failed =
                    bench.connect(bench.loops.next(), new InetSocketAddress(InetAddress.ofLiteral("::1"), 80), 5_000);
            failed.await();
            assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                            ConnectFailedException.class,
                            e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.UNREACHABLE))
                    .hasMessageContaining("sources.addresses")
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageContaining("IPv6");
        }
    }

    @Test
    void shouldGiveThePortBackWhereTheSocketCannotBeRegistered() throws Exception {
        EventLoopGroup ofAnother = Transport.NIO.newGroup(1, "other");
        try (Bench bench = new Bench(Transport.EPOLL, Floors.DEFAULT)) {
            Future<Channel> failed =
                    bench.connect(ofAnother.next(), (InetSocketAddress) server.getLocalSocketAddress(), 5_000);
            failed.await();
            assertThat(failed.cause())
                    .isInstanceOfSatisfying(
                            ConnectFailedException.class,
                            e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.LOCAL));
            assertThat(bench.snapshot().leased()).isZero();
        } finally {
            ofAnother.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void shouldFailARequestWhoseLoopHasEnded() throws Exception {
        EventLoopGroup ended = Transport.best().newGroup(1, "ended");
        ended.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        try (Bench bench = new Bench(Transport.best(), Floors.DEFAULT)) {
            Future<Channel> failed =
                    bench.connect(ended.next(), (InetSocketAddress) server.getLocalSocketAddress(), 5_000);
            assertThat(failed.cause()).isInstanceOf(ConnectFailedException.class);
        }
    }

    @Test
    void shouldStepOverAPortThatAnotherProgramHolds() throws Exception {
        try (Bench bench = new Bench(Transport.best(), Floors.DEFAULT);
                ServerSocket other = new ServerSocket(20_004, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            List<Integer> used = new ArrayList<>();
            Future<Channel> next = bench.connect(0).await();
            while (next.isSuccess()) {
                used.add(((InetSocketAddress) next.getNow().localAddress()).getPort());
                server.accept();
                next = bench.connect(0).await();
            }
            assertThat(used).doesNotContain(20_004).doesNotHaveDuplicates();
            // The host's other programs may hold one as well.
            assertThat(used).hasSizeBetween(8, 9);
            assertThat(bench.snapshot().aside()).isEqualTo(10 - used.size());
            assertThat(next.cause()).hasMessageContaining((10 - used.size()) + " set aside");
        }
    }

    @Test
    void shouldRefuseASecondInstanceOnTheSamePorts() throws Exception {
        try (Bench bench = new Bench(Transport.best(), Floors.DEFAULT)) {
            assertThat(bench.ports.usable().ports()).isEqualTo(TEN_PORTS);
            assertThatThrownBy(() -> new Bench(Transport.best(), Floors.DEFAULT))
                    .isInstanceOf(PortsUnavailableException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }
}

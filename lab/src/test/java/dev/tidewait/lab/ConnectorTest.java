package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.UsablePorts;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connector between two hosts, on the real kernel. */
@NeedsRoot
@Timeout(120)
class ConnectorTest {
    private static final PortSet FOUR_PORTS = PortSet.range(20_000, 20_003);

    @Test
    void shouldRetryOnAnotherTupleWhereAReusedOneMeetsSilence() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withSequenceLead(1 << 30));
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, Floors.DEFAULT)) {
            InetSocketAddress to = new InetSocketAddress(peer.address().getAddress(), 5_678);
            // What the peer closes first it judges by sequence number alone for 60 s; what we close first connect()
            // takes over.
            for (CloseOrder order :
                    List.of(CloseOrder.SERVER, CloseOrder.CLIENT, CloseOrder.SERVER, CloseOrder.CLIENT)) {
                bench.exchange(to, order);
            }

            LeasedConnection first = bench.exchange(to, CloseOrder.CLIENT);
            assertThat(first.attempts()).isEqualTo(2);
            assertThat(first.ageAtReuseMillis()).isGreaterThanOrEqualTo(1_000);
            assertThat(bench.snapshot(to).sequenceStrict())
                    .as("after one silence")
                    .isFalse();

            assertThat(bench.exchange(to, CloseOrder.CLIENT).attempts()).isEqualTo(2);
            assertThat(bench.snapshot(to).sequenceStrict())
                    .as("after two within a minute")
                    .isTrue();
            Eventually.holds(
                    "no lease is left",
                    Duration.ofSeconds(5),
                    () -> bench.snapshot(to).leased() == 0);
        }
    }

    @Test
    void shouldNotCallADestinationStrictAfterOneLostSyn() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withLoseSyns(1));
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, Floors.DEFAULT)) {
            InetSocketAddress to = new InetSocketAddress(peer.address().getAddress(), 5_678);
            useEveryPortOnce(bench, to);
            assertThat(bench.exchange(to, CloseOrder.CLIENT).attempts()).isEqualTo(2);
            assertThat(bench.exchange(to, CloseOrder.CLIENT).attempts()).isEqualTo(1);
            assertThat(bench.snapshot(to).sequenceStrict()).isFalse();
        }
    }

    private static void useEveryPortOnce(ConnectorBench bench, InetSocketAddress to) throws InterruptedException {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < FOUR_PORTS.size(); i++) {
            LeasedConnection connection = bench.exchange(to, CloseOrder.CLIENT);
            assertThat(connection.ageAtReuseMillis()).isEqualTo(-1);
            ports.add(connection.source().getPort());
        }
        assertThat(ports).hasSize(FOUR_PORTS.size());
    }

    @Test
    void shouldDestroyWhatHasNoTimestampsAndReuseItAtItsFloor() throws Exception {
        Floors floors = new Floors(1_000, 1_000, 2_000, 1_000, 1_000, 60_000, 0, false);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin());
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, floors)) {
            for (int i = 0; i < 12; i++) {
                LeasedConnection connection = bench.exchange(topology.origin(), CloseOrder.CLIENT);
                Ending ending = bench.nextEnding();
                assertThat(ending.timestamps()).isFalse();
                assertThat(ending.close()).isEqualTo(Ending.Close.WE_FIRST);
                assertThat(ending.cookie()).isNotZero();
                assertThat(connection.ageAtReuseMillis())
                        .satisfiesAnyOf(
                                age -> assertThat(age).isEqualTo(-1),
                                age -> assertThat(age).isGreaterThanOrEqualTo(1_000));
            }
            assertThat(bench.ports().destroyedCount()).isEqualTo(8);
            assertThat(origin.stop().resetByPeer()).isZero();
        }
    }

    @Test
    void shouldKeepLongFloorsOutOfTheWayOfShortOnes() throws Exception {
        Floors floors = new Floors(1_000, 1_000, 15_000, 1_000, 1_000, 60_000, 0, false);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin());
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, floors)) {
            bench.exchange(topology.origin(), CloseOrder.SERVER);
            bench.exchange(topology.origin(), CloseOrder.SERVER);
            for (int i = 0; i < 8; i++) {
                LeasedConnection connection = bench.exchange(topology.origin(), CloseOrder.CLIENT);
                assertThat(connection.portWaitMillis()).isLessThan(2_500);
            }
            assertThat(bench.snapshot(topology.origin()).ageAtReuse().minMillis())
                    .isGreaterThanOrEqualTo(1_000);
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    @Test
    void shouldLeaveAPortToAServiceThatStartsThere() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, Floors.DEFAULT)) {
            try (ServerSocket service = topology.proxy().call(() -> new ServerSocket(20_002))) {
                List<Integer> used = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    used.add(bench.exchange(topology.origin(), CloseOrder.CLIENT)
                            .source()
                            .getPort());
                }
                assertThat(used).doesNotContain(20_002);
                assertThat(answers(topology, service)).isTrue();
            }
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    private static boolean answers(Topology topology, ServerSocket service) throws IOException {
        try (Socket client = topology.proxy()
                        .call(() -> new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort()));
                Socket accepted = service.accept()) {
            return client.isConnected() && accepted.isConnected();
        }
    }

    @Test
    void shouldNeverReuseATupleWhosePeerHasNotClosed() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                ServerSocket server = topology.server().call(() -> new ServerSocket(Topology.ORIGIN_PORT));
                ConnectorBench bench = ConnectorBench.open(topology, PortSet.range(20_000, 20_000), Floors.DEFAULT)) {
            Channel channel = bench.connect(topology.origin(), 0).sync().getNow();
            try (Socket accepted = server.accept()) {
                channel.close().sync(); // without waiting for the peer's FIN: FIN_WAIT2
                assertThat(bench.nextEnding().close()).isEqualTo(Ending.Close.UNFINISHED);
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                Future<Channel> next = bench.connect(topology.origin(), 16_500);
                next.await();
                assertThat(next.cause()).hasMessageContaining("no port");
                accepted.getOutputStream().write('x'); // its half is open still, and nobody resets it
                accepted.getOutputStream().flush();
                PoolSnapshot snapshot = bench.snapshot(topology.origin());
                assertThat(snapshot.aside()).isEqualTo(1);
                assertThat(snapshot.leased()).isZero();
            }
        }
    }

    @Test
    void shouldConnectFromAnotherAddressWhereTheRoutedOneGoesAway() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withProxySources(2));
                Origin origin = Origin.start(topology.server(), topology.origin());
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, Floors.DEFAULT)) {
            topology.proxy().sysctl("net.ipv4.conf.p1.promote_secondaries", "1");
            InetAddress gone = topology.proxySources().getFirst();
            InetAddress stays = topology.proxySources().getLast();
            assertThat(bench.exchange(topology.origin(), CloseOrder.SERVER)
                            .source()
                            .getAddress())
                    .isEqualTo(gone);
            Channel live = bench.connect(topology.origin(), 0).sync().getNow();
            Command.ip(topology.proxy(), "address del " + gone.getHostAddress() + "/24 dev p1");
            for (int i = 0; i < 3; i++) {
                assertThat(bench.exchange(topology.origin(), CloseOrder.CLIENT)
                                .source()
                                .getAddress())
                        .isEqualTo(stays);
            }
            live.close().sync();
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    @Test
    void shouldLeaveReservedPortsAloneOnADedicatedHostToo() {
        PortSettings dedicated =
                new PortSettings(Optional.empty(), List.of(), Floors.DEFAULT, List.of(), true, 100, 100);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD)) {
            topology.proxy().sysctl("net.ipv4.ip_local_reserved_ports", "30000-30009,64500");
            PortSet ports =
                    topology.proxy().call(() -> UsablePorts.look(dedicated)).ports();
            assertThat(ports.and(PortSet.range(29_999, 30_010)).toArray()).containsExactly(29_999, 30_010);
            assertThat(ports.contains(64_499)).isTrue();
            assertThat(ports.contains(64_500)).isFalse();
        }
    }

    @Test
    void shouldSayThatThereIsNoRoute() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                ConnectorBench bench = ConnectorBench.open(topology, FOUR_PORTS, Floors.DEFAULT)) {
            for (String nowhere : List.of("203.0.113.7", "2001:db8::7")) {
                Future<Channel> failed =
                        bench.connect(new InetSocketAddress(InetAddress.ofLiteral(nowhere), 80), 5_000);
                assertThat(failed.await(5_000)).as("an answer").isTrue();
                assertThat(failed.cause())
                        .isInstanceOfSatisfying(
                                ConnectFailedException.class,
                                e -> assertThat(e.reason()).isEqualTo(ConnectFailedException.Reason.UNREACHABLE))
                        .hasMessageContaining("no route to")
                        .hasMessageContaining(
                                "ip route get " + InetAddress.ofLiteral(nowhere).getHostAddress());
            }
        }
    }

    /** Where the peer closes first our FIN is the last segment but one, and it can be lost. */
    @Test
    void shouldCountTheAgeFromTheAcknowledgementOfTheLastFin() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT);
                ConnectorBench bench = ConnectorBench.open(topology, PortSet.range(20_000, 20_000), Floors.DEFAULT)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            Channel channel = bench.connect(topology.origin(), 0).sync().getNow();
            // Behind the tap, before TCP.
            Command.nft(
                    topology.server(),
                    "table ip deaf { chain input { type filter hook input priority 0; tcp flags & fin == fin drop; }; }");
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) CloseOrder.SERVER.letter()}));
            Eventually.holds(
                    "the FIN is sent again",
                    Duration.ofSeconds(10),
                    () -> kernel.report().segmentsRetransmitted() >= 2);
            assertThat(channel.isOpen()).isTrue();
            assertThat(bench.snapshot(topology.origin()).leased()).isEqualTo(1);

            Command.nft(topology.server(), "delete table ip deaf");
            assertThat(bench.nextEnding().close()).isEqualTo(Ending.Close.PEER_FIRST);
            bench.exchange(topology.origin(), CloseOrder.SERVER);
            bench.exchange(topology.origin(), CloseOrder.CLIENT);
            ObserverReport observed = observer.stop();
            assertThat(observed.reuses()).isEqualTo(2);
            assertThat(observed.clientFinRetransmits()).isPositive();
            assertThat(Duration.ofNanos(observed.youngestNanos())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(kernel.report().resetsSent()).isZero();
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    /** A peer that vanishes in the middle of the close: the kernel goes on alone, and is asked before the four-tuple is used again. */
    @Test
    void shouldLeaveALastFinToTheKernelThatNobodyAcknowledges() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ConnectorBench bench = ConnectorBench.open(topology, PortSet.range(20_000, 20_000), Floors.DEFAULT)) {
            Channel channel = bench.connect(topology.origin(), 0).sync().getNow();
            Command.nft(
                    topology.server(),
                    "table ip deaf { chain input { type filter hook input priority 0; tcp flags & fin == fin drop; }; }");
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) CloseOrder.SERVER.letter()}));
            assertThat(channel.closeFuture().await(10_000)).isTrue();
            assertThat(bench.nextEnding().close()).isEqualTo(Ending.Close.UNFINISHED);
            PoolSnapshot snapshot = bench.snapshot(topology.origin());
            assertThat(snapshot.leased()).isZero();
            assertThat(snapshot.aside()).isEqualTo(1);
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }
}

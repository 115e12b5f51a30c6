package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.SocketAnswer;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpTuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsRoot
class SilentPeerTest {
    private static final int PORT = 5678;
    private static final int CONNECT_MILLIS = 500;

    @ParameterizedTest
    @CsvSource({"false, CLIENT", "false, SERVER", "true, CLIENT", "true, SERVER"})
    void shouldServeAsAnOrdinaryOrigin(boolean ipv6, CloseOrder close) {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withIpv6(ipv6));
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD)) {
            LoadPlan plan = LoadPlan.to(
                            peer.address(),
                            SourceRing.of(topology.proxySources().getFirst(), 1))
                    .withEnding(close)
                    .withPace(new Pace.ClosedLoop(8))
                    .withDeadline(Duration.ofSeconds(3))
                    .withLimit(400);
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            try (Load load = Load.start(topology.proxy(), plan, second -> {})) {
                LoadReport report = load.await();
                assertThat(report.failures()).isEmpty();
                assertThat(report.done()).isEqualTo(400);
            }
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT)).isEqualTo(close == CloseOrder.CLIENT ? 400 : 0);
            assertThat(kernel.report().resetsSent()).isZero();
            SilentReport counted = peer.stop();
            assertThat(counted.accepted()).isEqualTo(400);
            assertThat(counted.completed()).isEqualTo(400);
            assertThat(counted.resetsSent()).isZero();
        }
    }

    @Test
    void shouldDropASynBelowItsSequenceInTimeWait() {
        SilentPlan plan = SilentPlan.FREEBSD.withTimestamps(false);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, plan.withSequenceLead(1 << 30))) {
            topology.proxy().call(() -> {
                assertThat(exchange(topology, peer, PORT, 's')).isTrue();
                assertThat(exchange(topology, peer, PORT, 's')).isFalse();
                assertThat(exchange(topology, peer, PORT + 1, 'c')).isTrue(); // we hold TIME_WAIT, not the peer
                return PORT;
            });
            assertThat(peer.stop()).returns(1L, SilentReport::droppedBySequence).returns(2L, SilentReport::accepted);
        }
    }

    @Test
    void shouldAnswerASynAboveItsSequenceInTimeWait() {
        // The kernel's initial sequence numbers follow a clock of 15.6 MB/s: one byte later is above.
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withTimestamps(false))) {
            topology.proxy().call(() -> {
                assertThat(exchange(topology, peer, PORT, 's')).isTrue();
                assertThat(exchange(topology, peer, PORT, 's')).isTrue();
                return PORT;
            });
            assertThat(peer.stop()).returns(0L, SilentReport::droppedBySequence);
        }
    }

    @Test
    void shouldBeSilentOnReusesAsAsked() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withSilenceReuses(1))) {
            topology.proxy().call(() -> {
                assertThat(exchange(topology, peer, PORT, 'c')).isTrue();
                assertThat(exchange(topology, peer, PORT, 'c')).isFalse();
                assertThat(exchange(topology, peer, PORT + 1, 'c')).isTrue();
                assertThat(exchange(topology, peer, PORT + 1, 'c')).isTrue();
                return PORT;
            });
            assertThat(peer.stop()).returns(1L, SilentReport::silenced).returns(3L, SilentReport::accepted);
        }
    }

    @Test
    void shouldLoseOneSynAsAsked() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withLoseSyns(1))) {
            topology.proxy().call(() -> {
                assertThat(exchange(topology, peer, PORT, 'c')).isTrue();
                try (Socket socket = boundSocket(topology, PORT)) {
                    long begin = System.nanoTime();
                    socket.connect(peer.address(), 5000);
                    assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000L); // the kernel's first repetition
                }
                return PORT;
            });
            assertThat(peer.stop()).returns(1L, SilentReport::lost).returns(2L, SilentReport::accepted);
        }
    }

    @Test
    void shouldDropEverySynAsAsked() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withDropAll(true))) {
            topology.proxy().call(() -> {
                assertThat(exchange(topology, peer, PORT, 'c')).isFalse();
                return PORT;
            });
            assertThat(peer.stop()).returns(1L, SilentReport::dropped).returns(0L, SilentReport::accepted);
        }
    }

    /** One transaction from a fixed port; false if the connect met silence. */
    private static boolean exchange(Topology topology, SilentPeer peer, int port, char ending) throws IOException {
        // After a close by the peer our socket lives until its FIN is acknowledged.
        InetSocketAddress from = new InetSocketAddress(topology.proxySources().getFirst(), port);
        Eventually.holds("the four-tuple is free or in TIME_WAIT", Duration.ofSeconds(5), () -> isFree(from, peer));
        try (Socket socket = boundSocket(topology, port)) {
            try {
                socket.connect(peer.address(), CONNECT_MILLIS);
            } catch (SocketTimeoutException e) {
                return false;
            }
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(ending);
            assertThat(socket.getInputStream().read()).isZero();
            if (ending == 'c') {
                socket.shutdownOutput();
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            return true;
        }
    }

    private static boolean isFree(InetSocketAddress from, SilentPeer peer) {
        try (SocketDiag diag = SocketDiag.open()) {
            return !(diag.get(TcpTuple.of(from, peer.address())) instanceof SocketAnswer.Held);
        }
    }

    private static Socket boundSocket(Topology topology, int port) throws IOException {
        Socket socket = new Socket();
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        socket.bind(new InetSocketAddress(topology.proxySources().getFirst(), port));
        return socket;
    }
}

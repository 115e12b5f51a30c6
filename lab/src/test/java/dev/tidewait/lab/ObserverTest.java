package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsRoot
@SuppressWarnings("try") // an origin has only to be there
class ObserverTest {
    private static final int PORT = 4321;
    private static final Duration LINK_DELAY = Duration.ofMillis(200);

    private record Reuse(int group, int port, long synNanos, long ageNanos, int ended) {}

    /** Moments of {@link System#nanoTime()} around one connection's SYN and its last segment. */
    private record Times(long beforeSyn, long afterSyn, long beforeLast, long afterLast) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMeasureTheAgeOfAReuse(boolean ipv6) {
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD.withIpv6(ipv6));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            Times first = topology.client().call(() -> clientFirst(topology));
            Eventually.reach(first.afterLast() + 300_000_000L);
            Times second = topology.client().call(() -> clientFirst(topology));

            ObserverReport report = observer.stop();
            List<Reuse> reuses = reuses(observer);

            assertThat(reuses).hasSize(1);
            Reuse reuse = reuses.getFirst();
            assertThat(reuse.port()).isEqualTo(PORT);
            assertThat(reuse.ended()).isEqualTo(3); // FIN of both sides
            assertThat(reuse.synNanos()).isBetween(second.beforeSyn(), second.afterSyn());
            assertThat(reuse.ageNanos())
                    .isBetween(second.beforeSyn() - first.afterLast(), second.afterSyn() - first.beforeLast());
            assertThat(report.youngestNanos()).isEqualTo(reuse.ageNanos());
            assertThat(report.oldestNanos()).isEqualTo(reuse.ageNanos());
            assertThat(report.groups().get(reuse.group()).source())
                    .isEqualTo(topology.clients(1)
                            .first()
                            .getHostAddress()
                            .replace("fd71:0:0:64:0:0:0:1", "fd71:0:0:64::1"));
            assertThat(report.incarnations()).isEqualTo(2);
            assertThat(report.dropped()).isZero();
        }
    }

    @Test
    void shouldMeasureBesideTheClientWhatThatSideSendsWhateverALinkDoesToIt() {
        LinkFaults slow = LinkFaults.NONE.withDelay(LINK_DELAY, Duration.ZERO);
        try (Topology topology = Topology.impaired(TopologyPlan.STANDARD, LinkPlan.PLAIN.withFaults(slow, slow));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.startBesideClient(topology.proxy(), topology.proxyInterface(), Topology.ORIGIN_PORT)) {
            Times first = topology.proxy().call(() -> serverFirst(topology));
            // The acknowledgement of our FIN comes two delays later, and ends LAST_ACK.
            Eventually.reach(first.afterLast() + 4 * LINK_DELAY.toNanos());
            Times second = topology.proxy().call(() -> serverFirst(topology));

            observer.stop();

            Reuse reuse = reuses(observer).getFirst();
            assertThat(reuses(observer)).hasSize(1);
            assertThat(reuse.synNanos()).isBetween(second.beforeSyn(), second.beforeSyn() + LINK_DELAY.toNanos());
            assertThat(reuse.ageNanos())
                    .as("since our FIN, not since its acknowledgement came")
                    .isBetween(
                            second.beforeSyn() - first.afterLast(),
                            second.beforeSyn() + LINK_DELAY.toNanos() - first.beforeLast());
            assertThat(reuse.ended()).isEqualTo(3);
        }
    }

    @Test
    void shouldSeeEverySegmentUnderLoad() {
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            SourceRing sources = new SourceRing(topology.clients(1).first(), 1, 2000, 2999);
            LoadPlan plan = LoadPlan.to(topology.origin(), sources).withLimit(5000);
            try (Load load = Load.start(topology.client(), plan, second -> {})) {
                assertThat(load.await().done()).isEqualTo(5000);
            }
            ObserverReport report = observer.stop();

            assertThat(report.lostShare()).isZero();
            assertThat(report.incarnations()).isEqualTo(5000);
            assertThat(report.reuses()).isEqualTo(4000);
            assertThat(reuses(observer)).hasSize(4000).allMatch(reuse -> reuse.ended() == 3);
            assertThat(report.agesMicros().getTotalCount()).isEqualTo(4000);
            assertThat(report.clientRsts() + report.serverRsts()).isZero();
        }
    }

    @Test
    void shouldTellARetransmittedSynFromANewOne() {
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD);
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            // Behind the tap, before TCP.
            Command.nft(
                    topology.server(),
                    "table ip deaf { chain input { type filter hook input priority 0; tcp dport 80 drop; }; }");
            topology.client().call(() -> {
                try (Socket socket = boundSocket(topology)) {
                    socket.connect(topology.origin(), 1500); // the kernel sends the SYN again after 1 s
                    throw new AssertionError("connected to a deaf server");
                } catch (SocketTimeoutException expected) {
                    return expected;
                }
            });
            ObserverReport report = observer.stop();

            assertThat(report.incarnations()).isEqualTo(1);
            assertThat(report.synRetransmits()).isEqualTo(1);
            assertThat(report.reuses()).isZero();
        }
    }

    @Test
    void shouldTellWhoSentReset() {
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            topology.client().call(() -> {
                try (Socket socket = boundSocket(topology)) {
                    socket.connect(topology.origin(), 5000);
                    exchange(socket, 'c');
                    socket.setSoLinger(true, 0);
                }
                return PORT;
            });
            topology.client().call(() -> clientFirst(topology));
            try (Load load = Load.start(
                    topology.client(),
                    LoadPlan.to(topology.origin(), topology.clients(1))
                            .withEnding(CloseOrder.RESET)
                            .withLimit(7),
                    second -> {})) {
                assertThat(load.await().done()).isEqualTo(7);
            }
            ObserverReport report = observer.stop();

            assertThat(report.clientRsts()).isEqualTo(1);
            assertThat(report.lateClientRsts()).isZero();
            assertThat(report.serverRsts()).isEqualTo(7);
            assertThat(reuses(observer)).singleElement().matches(reuse -> (reuse.ended() & 4) != 0);
        }
    }

    /** Clients of the bed keep no TIME_WAIT, so nobody is there when the server's FIN comes again. */
    @Test
    void shouldTellAnAnswerToWhatCameTooLate() {
        try (Topology topology = Topology.direct(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, SilentPlan.FREEBSD.withRepeatFin(Duration.ofMillis(200)));
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            topology.client().call(() -> clientFirst(topology, peer.address()));
            peer.awaitAnswerToRepeatedFin(Duration.ofSeconds(10));
            assertThat(peer.stop().resetsReceived()).isEqualTo(1);
            ObserverReport report = observer.stop();

            assertThat(report.serverFinRetransmits()).isEqualTo(1);
            assertThat(report.clientRsts()).isEqualTo(1);
            assertThat(report.lateClientRsts()).isEqualTo(1);
        }
    }

    private static Times clientFirst(Topology topology) throws IOException {
        return clientFirst(topology, topology.origin());
    }

    /** One transaction on the fixed port, the client closes first; run inside the client's namespace. */
    private static Times clientFirst(Topology topology, InetSocketAddress server) throws IOException {
        try (Socket socket = boundSocket(topology)) {
            long beforeSyn = System.nanoTime();
            socket.connect(server, 5000);
            long afterSyn = System.nanoTime();
            exchange(socket, 'c');
            long beforeLast = System.nanoTime();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1); // the other FIN is acknowledged by now
            return new Times(beforeSyn, afterSyn, beforeLast, System.nanoTime());
        }
    }

    /** The same over the proxy's link, and the origin closes first. */
    private static Times serverFirst(Topology topology) throws IOException {
        try (Socket socket = boundSocket(topology.proxySources().getFirst())) {
            long beforeSyn = System.nanoTime();
            socket.connect(topology.origin(), 5000);
            long afterSyn = System.nanoTime();
            exchange(socket, 's');
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            long beforeLast = System.nanoTime();
            socket.shutdownOutput();
            return new Times(beforeSyn, afterSyn, beforeLast, System.nanoTime());
        }
    }

    private static void exchange(Socket socket, char ending) throws IOException {
        socket.setSoTimeout(5000);
        socket.getOutputStream().write(ending);
        assertThat(socket.getInputStream().read()).isZero();
    }

    private static Socket boundSocket(Topology topology) throws IOException {
        return boundSocket(topology.clients(1).first());
    }

    private static Socket boundSocket(InetAddress source) throws IOException {
        Socket socket = new Socket();
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        socket.bind(new InetSocketAddress(source, PORT));
        return socket;
    }

    private static List<Reuse> reuses(Observer observer) {
        List<Reuse> reuses = new ArrayList<>();
        observer.forEachReuse((group, port, syn, age, ended) -> reuses.add(new Reuse(group, port, syn, age, ended)));
        return reuses;
    }
}

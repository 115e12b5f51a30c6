package dev.tidewait.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.evidence.track.TrackReport;
import dev.tidewait.lab.LinkFaults;
import dev.tidewait.lab.LinkPlan;
import dev.tidewait.lab.Namespace;
import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.TopologyPlan;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections of the real kernel over a link that delays and doubles packets, captured as raw IP by tcpdump at its end. */
@NeedsRoot
@Timeout(120)
final class RealConnectionsTest {
    private static final int CLIENT_FIRST = 20;
    private static final int SERVER_FIRST = 15;
    private static final int RESET_BY_CLIENT = 5;
    private static final int HALF_CLOSED = 4;
    private static final int REUSED = 3;
    private static final int REFUSED = 2;
    private static final int REUSED_PORT = 23_456;
    private static final int CLOSED_PORT = 9;
    private static final int ANSWER_BYTES = 5_000;

    private static final byte[] MARK = "nothing comes after this".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    @Test
    void shouldCountTheKernelsConnections() throws Exception {
        LinkFaults faults = LinkFaults.NONE
                .withDelay(Duration.ofMillis(3), Duration.ofMillis(1))
                .withDuplicates(0.2);
        try (Topology topology = Topology.impaired(TopologyPlan.STANDARD, LinkPlan.PLAIN.withFaults(faults, faults))) {
            Namespace client = topology.proxy();
            try (ServerSocket server = topology.server().call(() -> new ServerSocket(Topology.ORIGIN_PORT, 50));
                    Tcpdump tcpdump =
                            Tcpdump.start(client, folder.resolve("raw.pcap"), "-i", topology.proxyInterface())) {
                new Talk(client, server, topology.origin()).run();
                mark(topology);
                Path file = tcpdump.stopAfter(MARK);
                TrackReport report = study(file);
                assertThat(Totals.of(report)).as("the same as tshark").isEqualTo(TsharkCount.of(file));
                assertTruth(report);
            }
        }
    }

    /** Goes the way of the server's segments, which the link keeps in order, and so comes after all of them. */
    private static void mark(Topology topology) {
        InetSocketAddress to = new InetSocketAddress(topology.proxySources().getFirst(), CLOSED_PORT);
        topology.server().call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(MARK, MARK.length, to));
                return to;
            }
        });
    }

    private static void assertTruth(TrackReport report) {
        long graceful = CLIENT_FIRST + SERVER_FIRST + HALF_CLOSED + REUSED + 1;
        assertThat(report.openings().handshakes()).isEqualTo(graceful + RESET_BY_CLIENT);
        assertThat(report.openings().midStream()).isZero();
        assertThat(report.openings().refused()).isEqualTo(REFUSED);
        assertThat(report.graceful().byOpener()).isEqualTo(graceful - SERVER_FIRST);
        assertThat(report.graceful().byAcceptor()).isEqualTo(SERVER_FIRST);
        assertThat(report.reset().byOpener()).isEqualTo(RESET_BY_CLIENT);
        assertThat(report.reset().total()).isEqualTo(RESET_BY_CLIENT);
        assertThat(report.oddities().halfCloseUses()).isEqualTo(HALF_CLOSED);
        assertThat(report.reusesAfterGraceful().total()).isEqualTo(REUSED);
        assertThat(report.unfinished().open() + report.unfinished().halfClosed())
                .isZero();
        assertThat(report.lateAfterGraceful().segments().all().total())
                .as("doubled segments that came late")
                .isPositive();
    }

    private static TrackReport study(Path file) throws IOException {
        CaptureStudy study = new CaptureStudy(1_000, 1);
        try (CaptureReader reader = CaptureReader.of(Files.newInputStream(file))) {
            study.read(reader);
        }
        return study.finish().tracked();
    }

    /** The conversations between a client's namespace and a server. */
    private record Talk(Namespace client, ServerSocket server, InetSocketAddress destination) {
        private void run() throws Exception {
            for (int i = 0; i < CLIENT_FIRST; i++) {
                converse(0, true, false);
            }
            for (int i = 0; i < SERVER_FIRST; i++) {
                converse(0, false, false);
            }
            for (int i = 0; i < RESET_BY_CLIENT; i++) {
                Socket other;
                try (Socket one = connect(destination, 0)) {
                    other = server.accept();
                    one.getOutputStream().write(1);
                    assertThat(other.getInputStream().read()).isEqualTo(1);
                    one.setSoLinger(true, 0);
                }
                try (other) {
                    assertReset(other);
                }
            }
            for (int i = 0; i < HALF_CLOSED; i++) {
                converse(0, true, true);
            }
            for (int i = 0; i <= REUSED; i++) {
                converse(REUSED_PORT, true, false);
            }
            for (int i = 0; i < REFUSED; i++) {
                try (Socket refused = connect(new InetSocketAddress(destination.getAddress(), CLOSED_PORT), 0)) {
                    throw new AssertionError("connected: " + refused);
                } catch (RuntimeException e) {
                    assertThat(e).hasRootCauseInstanceOf(ConnectException.class);
                }
            }
        }

        /** A request, an answer, and both ends close; the client hears the server's FIN before it closes second. */
        private void converse(int port, boolean clientFirst, boolean halfClose) throws Exception {
            try (Socket one = connect(destination, port);
                    Socket other = server.accept()) {
                one.getOutputStream().write(1);
                assertThat(other.getInputStream().read()).isEqualTo(1);
                if (halfClose) {
                    one.shutdownOutput();
                    assertThat(other.getInputStream().read()).isEqualTo(-1);
                }
                other.getOutputStream().write(new byte[ANSWER_BYTES]);
                assertThat(one.getInputStream().readNBytes(ANSWER_BYTES)).hasSize(ANSWER_BYTES);
                Socket first = clientFirst ? one : other;
                Socket second = clientFirst ? other : one;
                if (!halfClose) {
                    first.shutdownOutput();
                    assertThat(second.getInputStream().read()).isEqualTo(-1);
                }
                second.shutdownOutput();
                assertThat(first.getInputStream().read()).isEqualTo(-1);
            }
        }

        private Socket connect(InetSocketAddress to, int port) {
            return client.call(() -> {
                Socket socket = new Socket();
                socket.setReuseAddress(true);
                if (port != 0) {
                    socket.bind(new InetSocketAddress(port));
                }
                socket.connect(to, 10_000);
                return socket;
            });
        }

        private static void assertReset(Socket socket) throws IOException {
            Optional<Integer> read = Optional.empty();
            try {
                read = Optional.of(socket.getInputStream().read());
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            assertThat(read).isEmpty();
        }
    }
}

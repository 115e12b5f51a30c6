package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NeedsRoot
@Timeout(60)
class PatternTest {
    private static final Duration DEADLINE = Duration.ofSeconds(40);

    @Test
    void shouldFindEveryByteInItsPlaceWhateverTheLinkDoes() {
        LinkFaults faults = LinkFaults.NONE
                .withDelay(Duration.ofMillis(1), Duration.ofMillis(1))
                .withLoss(0.005)
                .withDuplicates(0.05)
                .withReordering(0.05)
                .withCorruption(0.005);
        try (Topology topology = Topology.impaired(TopologyPlan.STANDARD, LinkPlan.PLAIN.withFaults(faults, faults));
                Pattern server = Pattern.serve(topology.server(), topology.origin());
                Pattern clients = Pattern.connect(topology.proxy(), plan(topology, 20))) {
            assertThat(clients.await(DEADLINE))
                    .returns(20L, PatternReport::done)
                    .returns(0L, PatternReport::wrongBytes)
                    .returns(0L, report -> report.resets() + report.earlyEof() + report.timedOut());
            assertThat(server.stop()).returns(20L, PatternReport::done).returns(0L, PatternReport::wrongBytes);
            assertThat(topology.impairedLink().stop().corrupted()).isPositive();
        }
    }

    @Test
    void shouldNoticeBytesOfAnotherPlace() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                ServerSocket liar = topology.server()
                        .call(() -> new ServerSocket(
                                Topology.ORIGIN_PORT, 1, topology.origin().getAddress()))) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> sendZeros(liar));
            try (Pattern clients = Pattern.connect(
                    topology.proxy(),
                    plan(topology, 1)
                            .withSize(new PatternPlan.Size(1, 1, 1_000, 5_000))
                            .withEnding(PatternPlan.Ending.SERVER_CLOSES, Duration.ZERO))) {
                PatternReport report = clients.await(DEADLINE);
                assertThat(report.wrongConnections()).isEqualTo(1);
                assertThat(report.wrongBytes())
                        .as("one byte in 256 is zero by chance")
                        .isBetween(4_900L, 5_000L);
                assertThat(report.firstWrong()).startsWith("connection 1, byte ");
            }
            answer.join();
        }
    }

    @Test
    void shouldTellAConnectionThatNobodyUsedFromOneThatWasCutOff() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Pattern server = Pattern.serve(topology.server(), topology.origin())) {
            topology.proxy().call(() -> {
                for (byte[] sent : new byte[][] {{}, {1, 2, 3}}) {
                    try (Socket socket = new Socket(topology.origin().getAddress(), Topology.ORIGIN_PORT)) {
                        socket.getOutputStream().write(sent);
                        socket.shutdownOutput();
                        socket.getInputStream().read(); // until the server has seen the end
                    } catch (SocketException e) {
                        assertThat(e).hasMessage("Connection reset");
                    }
                }
                return topology;
            });

            assertThat(server.stop())
                    .returns(2L, PatternReport::started)
                    .returns(1L, PatternReport::unused)
                    .returns(1L, PatternReport::earlyEof);
        }
    }

    private static void sendZeros(ServerSocket server) {
        try (Socket socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[5_000]);
            socket.getInputStream().readNBytes(32 + 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PatternPlan plan(Topology topology, int connections) {
        SourceRing ring = SourceRing.of(topology.proxySources().getFirst(), 1);
        return PatternPlan.to(topology.origin(), ring).withSize(new PatternPlan.Size(connections, 10, 65_536, 65_536));
    }
}

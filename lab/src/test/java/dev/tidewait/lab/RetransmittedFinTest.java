package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TIME_WAIT is kept, not avoided: what it is there for still works on a four-tuple that cools. */
@NeedsRoot
@Timeout(60)
class RetransmittedFinTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofMillis(500);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAcknowledgeAFinThatComesAgainWhileThePortCools(boolean timestamps) throws IOException {
        SilentPlan plan = SilentPlan.FREEBSD.withTimestamps(timestamps).withRepeatFin(LATER);
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                SilentPeer peer = SilentPeer.start(topology, plan);
                ProxyUnderTest proxy = ProxyYaml.start(topology, peer.address(), "20000-20009");
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            try (TunnelClient client = TunnelClient.to(topology, topology.proxyListener())) {
                client.send("c");
                assertThat(client.read()).isZero();
            }
            peer.awaitAnswerToRepeatedFin(DEADLINE);

            assertThat(ProxyYaml.leased(proxy)).isZero();
            assertThat(ProxyYaml.cooling(proxy)).as("four-tuples that cool").isEqualTo(1);
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT)).isEqualTo(1);
            assertThat(kernel.report().resetsSent()).isZero();
            assertThat(peer.stop())
                    .returns(1L, SilentReport::finsRepeated)
                    .returns(1L, SilentReport::repeatedFinsAcknowledged)
                    .returns(0L, SilentReport::resetsReceived);
            ObserverReport capture = observer.stop();
            assertThat(capture.serverFinRetransmits()).isEqualTo(1);
            assertThat(capture.clientRsts()).isZero();
        }
    }
}

package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In a namespace of its own. Needs root. */
class FeatureProbesTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private Host host;

    @BeforeEach
    void start() {
        host = Host.start("host");
        host.ip("link set lo up");
    }

    @AfterEach
    void end() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldSeeThatTimeWaitCanBeDestroyed() {
        assertThat(host.call(() -> FeatureProbes.destroyTimeWait(LIMIT))).isInstanceOf(ProbeOutcome.Works.class);
        assertThat(host.call(TcpCounters::read).timeWaitCount()).isZero();
    }

    @Test
    void shouldSeeThatConnectTakesTimeWaitOver() {
        assertThat(host.call(() -> FeatureProbes.takeOverTimeWait(LIMIT))).isInstanceOf(ProbeOutcome.Works.class);
        assertThat(host.call(TcpCounters::read).timeWaitTakenOver()).isEqualTo(1);
    }

    @Test
    void shouldSayThatTimestampsAreOff() {
        host.run(() -> Sysctl.write("net.ipv4.tcp_timestamps", "0"));

        ProbeOutcome.Refuses refused = (ProbeOutcome.Refuses) host.call(() -> FeatureProbes.takeOverTimeWait(LIMIT));

        assertThat(refused.advice()).contains("net.ipv4.tcp_timestamps=1");
        assertThat(host.call(() -> FeatureProbes.destroyTimeWait(LIMIT))).isInstanceOf(ProbeOutcome.Works.class);
    }

    @Test
    void shouldSayWhichCapabilityIsMissing() {
        host.run(ThreadCapabilities::dropAll);

        ProbeOutcome.Refuses refused = (ProbeOutcome.Refuses) host.call(() -> FeatureProbes.destroyTimeWait(LIMIT));

        assertThat(refused.reason()).contains("CAP_NET_ADMIN");
        assertThat(refused.advice()).contains("setcap", "AmbientCapabilities", "--cap-add");
        assertThat(host.call(() -> FeatureProbes.takeOverTimeWait(LIMIT))).isInstanceOf(ProbeOutcome.Works.class);
    }

    @Test
    void shouldSayThatNothingIsKnownWithoutLoopback() {
        host.ip("link set lo down");

        ProbeOutcome.Untried untried = (ProbeOutcome.Untried) host.call(() -> FeatureProbes.destroyTimeWait(LIMIT));

        assertThat(untried.reason()).contains("loopback interface is down");
        assertThat(untried.advice()).contains("ip link set lo up");
    }

    @Test
    void shouldEndWithinItsLimitWhenNoTimeWaitAppears() {
        host.run(() -> Sysctl.write("net.ipv4.tcp_max_tw_buckets", "0"));
        long startNanos = System.nanoTime();

        ProbeOutcome outcome = host.call(() -> FeatureProbes.destroyTimeWait(Duration.ofMillis(300)));

        assertThat(outcome).isInstanceOf(ProbeOutcome.Untried.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 5 on the real kernel: TIME_WAIT that would not fit into tcp_max_tw_buckets. */
@NeedsRoot
@Timeout(120)
class BucketReliefTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /** Between two looks of the proxy, 1 s apart, a quarter of the buckets can fill: here that takes 2.5 s. */
    @Test
    void shouldDestroyTheOldestBeforeTheBucketsAreFull() {
        SustainPlan plan = SustainPlan.STANDARD
                .withTimes(Duration.ZERO, Duration.ofSeconds(18))
                .withBed(TopologyPlan.STANDARD.withMaxTimeWait(1_000))
                .withPorts(3_000)
                .withRate(100);

        SustainResult result = new SustainRun(plan, second -> {}).run();

        assertThat(result.verdicts())
                .filteredOn(verdict -> !verdict.claim().startsWith("what is asked"))
                .allMatch(Verdict::holds)
                .extracting(Verdict::claim)
                .contains(
                        "TIME_WAIT passes three quarters of tcp_max_tw_buckets and stays below it",
                        "the oldest are destroyed first",
                        "no live connection is harmed");
    }

    @Test
    void shouldSayOnceWhichLimitIsNeededWhereNothingMayBeDestroyed() {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withMaxTimeWait(200));
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy =
                        ProxyYaml.start(topology, topology.origin(), "20000-20299", "timeWait: { fixed: 60s }")) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            LoadPlan plan = LoadPlan.to(topology.proxyListener(), topology.clients(1))
                    .withPace(new Pace.ClosedLoop(4))
                    .withLimit(180);
            try (Load load = Load.start(topology.client(), plan, second -> {})) {
                assertThat(load.await().done()).isEqualTo(180);
            }
            proxy.awaitLog(BucketReliefTest::isAboutBuckets, DEADLINE);
            Eventually.reach(System.nanoTime() + Duration.ofMillis(2_500).toNanos()); // two looks more

            assertThat(proxy.log().lines().filter(BucketReliefTest::isAboutBuckets))
                    .singleElement()
                    .asString()
                    .containsPattern(" 1[5-8][0-9] TIME_WAIT sockets of at most 200 ")
                    .containsPattern("Set net.ipv4.tcp_max_tw_buckets=[0-9]+ or more");
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT))
                    .as("none may be destroyed below its floor")
                    .isEqualTo(180);
            assertThat(kernel.report())
                    .returns(0L, KernelReport::timeWaitOverflows)
                    .returns(0L, KernelReport::resetsSent);
            assertThat(List.of(origin.stop().otherErrors(), proxy.ledger().destroyed()))
                    .containsOnly(0L);
        }
    }

    private static boolean isAboutBuckets(String line) {
        return line.contains("tcp_max_tw_buckets");
    }
}

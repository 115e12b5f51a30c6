package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without timestamps: round after round on a few ports, at rates below and above what they allow. Needs root. */
final class DestroyAheadTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_511);
    private static final Floors FLOORS = new Floors(1_000, 1_000, 3_000, 1_000, 3_000, 60_000, 0, false);

    private static HookSettings settings(boolean strict, boolean mayDestroy) {
        return new HookSettings(PORTS, FLOORS, List.of(), List.of(), strict, mayDestroy);
    }

    private static Paced paced(Bench bench, int rate, int seconds) {
        double[] numbers = Arrays.stream(bench.program
                        .say("paced 4 " + Bench.SERVER + " " + Manner.READ_TO_END.port + " " + rate + " " + seconds
                                + " 20000 20511")
                        .split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new Paced((int) numbers[0], (int) numbers[1], (int) numbers[2], numbers[3]);
    }

    private record Paced(int ours, int others, int failed, double seconds) {}

    @Test
    void shouldServeNineTenthsOfWhatThePortsAllowWithoutOneFailure() {
        try (Bench bench = new Bench().timestamps(false);
                Hook hook = bench.attach(settings(false, true))) {
            bench.learnSource();
            Paced paced = paced(bench, 460, 6);
            assertThat(paced.failed()).isZero();
            assertThat(paced.others()).isZero();
            DestinationRow row = hook.snapshot().destinations().getFirst();
            assertThat(row.destroys()).isGreaterThan(1_000);
            assertThat(row.afterClose()).isGreaterThan(2_000);
            assertThat(row.steals()).isZero();
            assertThat(row.ageMinMillis()).isGreaterThanOrEqualTo(1_000);
        }
    }

    @Test
    void shouldServeAllThatThePortsAllowUnderMore() {
        try (Bench bench = new Bench().timestamps(false);
                Hook hook = bench.attach(settings(true, true))) {
            bench.learnSource();
            Paced paced = paced(bench, 665, 6);
            // The first round is free.
            double allowed = PORTS.size() * (1 + (paced.seconds() - 1.0));
            assertThat((double) paced.ours()).isGreaterThan(0.93 * allowed);
            assertThat(hook.snapshot().destinations().getFirst().ageMinMillis()).isGreaterThanOrEqualTo(1_000);
            long floorOver = System.nanoTime() + 1_000_000_000L;
            Await.moment(floorOver);
            assertThat(paced(bench, 400, 2).failed()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Bench.SERVER6, "::ffff:" + Bench.SERVER})
    void shouldServeIpv6AndMappedSockets(String address) {
        try (Bench bench = new Bench().timestamps(false);
                Hook hook = bench.attach(settings(true, true))) {
            String all = "series 6 " + address + " " + Manner.READ_TO_END.port + " ";
            bench.program.say(all + "1 1");
            assertThat(bench.program.say(all + PORTS.size() + " 1")).doesNotContain("!");
            long floorOver = System.nanoTime() + 1_200_000_000L;
            Await.moment(floorOver);
            assertThat(bench.program.say(all + PORTS.size() + " 1")).doesNotContain("!");
            DestinationRow row = hook.snapshot().destinations().getFirst();
            assertThat(row.neverUsed()).isEqualTo(PORTS.size());
            assertThat(row.afterClose()).isEqualTo(PORTS.size());
        }
    }

    @Test
    void shouldForgetWhatTheKernelHasLongGivenUp() {
        try (Bench bench = new Bench().timestamps(false);
                Programs programs = bench.client.call(() -> Programs.load(settings(true, true)))) {
            DestroyCounts counts = new DestroyCounts();
            DestroyAhead destroyer = bench.client.call(() -> DestroyAhead.open(programs, counts));
            try {
                programs.attach(bench.cgroup.path());
                bench.learnSource();
                endOne(bench);
                run(bench, destroyer, 70_000);
                assertThat(counts.destroyed()).isZero();
                endOne(bench);
                run(bench, destroyer, 0);
                assertThat(counts.destroyed()).as("the second one only").isEqualTo(1);
            } finally {
                bench.client.run(destroyer::close);
            }
        }
    }

    /** Until it is past its floor. */
    private static void endOne(Bench bench) {
        bench.learnSource();
        Await.moment(System.nanoTime() + 1_200_000_000L);
    }

    private static void run(Bench bench, DestroyAhead destroyer, long laterMillis) {
        bench.client.run(() -> destroyer.run(System.nanoTime() / 1_000_000 + laterMillis));
    }

    @Test
    void shouldLetThePortsRestWithTheKernelWithoutTheRightToDestroy() {
        try (Bench bench = new Bench().timestamps(false);
                Hook hook = bench.attach(settings(false, false))) {
            bench.learnSource();
            Paced paced = paced(bench, 400, 4);
            assertThat(paced.failed()).isZero();
            assertThat(paced.ours()).isEqualTo(PORTS.size());
            assertThat(hook.snapshot().destroys()).isZero();
            assertThat(hook.snapshot().kernelChose()).isEqualTo(paced.others());
        }
    }
}

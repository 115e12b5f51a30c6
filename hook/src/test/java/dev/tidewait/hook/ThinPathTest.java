package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.PortSet;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that knows nothing of Tidewait gets our ports, oldest first, never below the floor. Real kernel; needs root. */
final class ThinPathTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_063);

    @Test
    void shouldGiveEveryPortOnceBeforeAnyAgain() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            List<Integer> ports = bench.program.series(Bench.SERVER, Peer.Manner.READ_TO_END.port, PORTS.size(), 1);
            assertThat(ports).allMatch(PORTS::contains);
            assertThat(new HashSet<>(ports)).hasSize(PORTS.size());
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.connects()).isEqualTo(PORTS.size());
            assertThat(snapshot.leftAlone(LeftAlone.SOURCE_UNKNOWN)).isEqualTo(1);
            assertThat(snapshot.destinations()).hasSize(1);
            DestinationRow row = snapshot.destinations().getFirst();
            assertThat(row.neverUsed()).isEqualTo(PORTS.size());
            assertThat(row.source().toString()).isEqualTo(Bench.CLIENT);
        }
    }

    @Test
    void shouldReuseTheOldestAtItsFloorAndNeverBelow() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            long begin = System.nanoTime();
            List<Integer> first = bench.program.series(Bench.SERVER, Peer.Manner.READ_TO_END.port, PORTS.size(), 1);
            Await.moment(begin + 2_000_000_000L);
            List<Integer> second = bench.program.series(Bench.SERVER, Peer.Manner.READ_TO_END.port, PORTS.size(), 1);
            assertThat(second).isEqualTo(first);
            DestinationRow row = hook.snapshot().destinations().getFirst();
            assertThat(row.reuses()).isEqualTo(PORTS.size());
            // On a busy machine a retransmission may end in a RST that removes a TIME_WAIT (RFC 1337).
            assertThat(row.steals()).isGreaterThan(PORTS.size() - 8L);
            assertThat(row.ageMinMillis()).isBetween(1_000L, 2_100L);
            assertThat(row.kernelChose()).isZero();
        }
    }

    @Test
    void shouldLeaveYoungPortsToRestAndLetTheKernelChoose() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PortSet.range(20_000, 20_003)))) {
            bench.learnSource();
            List<Integer> ports = bench.program.series(Bench.SERVER, Peer.Manner.READ_TO_END.port, 10, 1);
            assertThat(ports.subList(0, 4)).allMatch(PORTS::contains);
            assertThat(ports.subList(4, 10)).allMatch(port -> port >= 40_000);
            assertThat(hook.snapshot().kernelChose()).isEqualTo(6);
            assertThat(hook.snapshot().noPort(NoPort.BELOW_FLOOR)).isEqualTo(6);
        }
    }
}

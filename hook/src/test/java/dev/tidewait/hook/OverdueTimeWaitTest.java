package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.linux.SocketAnswer;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PortSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The kernel's timer wheel comes to the end of a TIME_WAIT up to 2.048 s late with 250 ticks a second (4.096 s with 1,000): the socket is
 * there and its timer is in the past. Ports that come round in just about a minute are all like that. Real kernel; needs root, and a minute.
 */
final class OverdueTimeWaitTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_001);
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long TIME_WAIT_SECONDS = 60;

    /** Of two that end a second apart, the wheel is late for one by more than it takes to look and to connect. */
    @Test
    void shouldTakeOverATimeWaitWhoseTimerIsDue() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            List<Integer> ports = new ArrayList<>();
            long begin = System.nanoTime();
            ports.addAll(bench.program.series(Bench.SERVER, Manner.READ_TO_END.port, 1, 1));
            Await.moment(begin + NANOS_PER_SECOND);
            ports.addAll(bench.program.series(Bench.SERVER, Manner.READ_TO_END.port, 1, 1));
            Await.moment(begin + TIME_WAIT_SECONDS * NANOS_PER_SECOND);
            for (int port : ports) {
                bench.client.call(() -> awaitOverdueOrGone(port));
                assertThat(bench.program.series(Bench.SERVER, Manner.READ_TO_END.port, 1, 1))
                        .containsExactly(port);
            }
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.kernelChose()).isZero();
            DestinationRow row = snapshot.destinations().getFirst();
            assertThat(row.steals()).isPositive();
            assertThat(row.ageMinMillis()).isGreaterThanOrEqualTo(1_000 * TIME_WAIT_SECONDS - 10);
        }
    }

    private static SocketAnswer awaitOverdueOrGone(int port) {
        IpAddress from = IpAddress.of(InetAddress.ofLiteral(Bench.CLIENT));
        IpAddress to = IpAddress.of(InetAddress.ofLiteral(Bench.SERVER));
        TcpTuple tuple = new TcpTuple(from.high(), from.low(), port, to.high(), to.low(), Manner.READ_TO_END.port);
        try (SocketDiag diag = SocketDiag.open()) {
            return Await.until(
                    () -> diag.get(tuple),
                    answer -> !(answer instanceof TimeWaitSocket socket) || socket.remainingMillis() == 0);
        }
    }
}

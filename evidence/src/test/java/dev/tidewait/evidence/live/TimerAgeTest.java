package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpTuple;
import dev.tidewait.linux.TimeWaitSocket;
import dev.tidewait.linux.fixture.Await;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The age of TIME_WAIT sockets that were there before the watch began: by a timer that each late segment starts anew. */
@Timeout(60)
final class TimerAgeTest {
    private static final long TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PORT = 20_001;

    private final LiveBed bed = new LiveBed();

    @AfterEach
    void end() {
        bed.close();
    }

    @Test
    void shouldKnowTheTrueAgeAlsoAfterTheTimerWasStartedAnew() throws Exception {
        bed.host.sysctl("net.ipv4.tcp_rfc1337", "1"); // the peer answers with RST, which would end TIME_WAIT
        bed.connect(PORT, false).hostFirst();
        long endedNanos = bed.awaitEnd(PORT);
        try (LiveWatch watch = bed.watch()) {
            Await.moment(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400));
            bed.copies.again(PORT, "F");
            bed.after(watch, 2); // and the peer's RST
            long leftMillis = bed.host.call(TimerAgeTest::leftMillis);
            assertThat(leftMillis).as("the timer was started anew").isGreaterThan(59_700);
            Await.moment(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400));
            bed.copies.again(PORT, "D");
            LiveBed.Counted counted = bed.counted(watch, PORT, endedNanos, 4);
            LiveSnapshot seen = counted.seen();
            List<LateCopies.Frame> late = counted.frames();
            for (int i = 0; i < late.size(); i++) {
                long ageNanos = late.get(i).nanos() - endedNanos;
                assertThat(bed.events.get(i).ageNanos())
                        .as("segment %d, %s", i, bed.events.get(i).kind())
                        .isBetween(ageNanos - TOLERANCE_NANOS, ageNanos + TOLERANCE_NANOS);
            }
            assertThat(bed.events.get(2).kind()).isEqualTo(LateKind.DATA);
            assertThat(bed.events.get(2).ageNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(800));
            assertThat(seen.late(LiveEnding.BEFORE_US::equals).all().total()).isEqualTo(4);
            assertThat(seen.ended(LiveEnding.BEFORE_US::equals)).isEqualTo(1);
        }
    }

    private static long leftMillis() throws Exception {
        TcpTuple tuple = TcpTuple.of(
                InetAddress.getByName("10.203.0.1"), PORT, InetAddress.getByName("10.203.0.2"), LiveBed.SERVER_PORT);
        try (SocketDiag diag = SocketDiag.open()) {
            if (diag.get(tuple) instanceof TimeWaitSocket socket) {
                return socket.remainingMillis();
            }
            throw new AssertionError("no TIME_WAIT");
        }
    }
}

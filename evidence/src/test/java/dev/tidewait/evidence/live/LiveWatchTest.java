package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.linux.fixture.Await;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Known late segments, made by hand, on real connections over veth: each is counted once, as what it is, with its true age. */
@Timeout(120)
final class LiveWatchTest {
    private static final long TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LiveBed bed = new LiveBed();
    private final LiveWatch watch = bed.watch();

    @AfterEach
    void end() {
        watch.close();
        bed.close();
    }

    @Test
    void shouldCountTheLateSegmentsOfATimeWaitSocketByKindAndAge() {
        bed.connect(20_001, false).hostFirst();
        bed.awaitEnd(20_001);
        for (String kind : List.of("F", "D", "A", "S")) {
            bed.copies.again(20_001, kind);
        }
        pause(150);
        bed.copies.again(20_001, "F");
        LiveSnapshot seen = assertAllCounted(20_001, LiveEnding.WE_FIRST, 5);
        assertThat(bed.events)
                .extracting(LateEvent::kind)
                .contains(LateKind.FIN, LateKind.DATA, LateKind.ACK, LateKind.SYN);
        assertThat(bed.events.getLast().ageNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(140));
        assertThat(seen.ended(ending -> true)).isEqualTo(1);
    }

    private static void pause(long millis) {
        Await.moment(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /**
     * Whatever came from the peer after the end was counted, nothing else, and with its age. That includes the RST with which the peer answers an ACK of
     * the host that meets no connection there.
     */
    private LiveSnapshot assertAllCounted(int port, LiveEnding ending, int least) {
        LiveSnapshot seen = bed.after(watch, least);
        List<LateCopies.Frame> frames = bed.copies.frames(port);
        long endedNanos = bed.awaitEnd(port);
        List<LateCopies.Frame> late = frames.stream()
                .filter(frame -> frame.fromPeer() && frame.nanos() > endedNanos)
                .toList();
        assertThat(bed.events)
                .extracting(event -> event.kind().name().substring(0, 1))
                .containsExactlyElementsOf(
                        late.stream().map(LateCopies.Frame::kind).toList());
        assertThat(bed.events).extracting(LateEvent::ending).containsOnly(ending);
        for (int i = 0; i < late.size(); i++) {
            long ageNanos = late.get(i).nanos() - endedNanos;
            assertThat(bed.events.get(i).ageNanos())
                    .as("segment %d", i)
                    .isBetween(ageNanos - TOLERANCE_NANOS, ageNanos + TOLERANCE_NANOS);
        }
        assertThat(seen.late(ending::equals).all().total()).isEqualTo(late.size());
        assertThat(seen.lost()).isZero();
        return seen;
    }
}

package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.linux.BpfMap;
import dev.tidewait.linux.fixture.Await;
import java.util.ArrayList;
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

    @Test
    void shouldCountThemOverIpv6() {
        bed.connect(20_002, true).hostFirst();
        bed.awaitEnd(20_002);
        bed.copies.again(20_002, "F");
        bed.copies.again(20_002, "D");
        assertAllCounted(20_002, LiveEnding.WE_FIRST, 2);
        assertThat(bed.prefixes(watch))
                .extracting(row -> row.prefix().toString(), PrefixRow::ended)
                .containsExactly(tuple("fd00:203:0:0:0:0:0:0/48", 1L));
    }

    @Test
    void shouldKnowConnectionsThatLeaveNothingBecauseThePeerClosedFirst() {
        bed.connect(20_003, false).peerFirst();
        bed.awaitEnd(20_003);
        bed.copies.again(20_003, "D");
        pause(120);
        bed.copies.again(20_003, "F");
        LiveSnapshot seen = assertAllCounted(20_003, LiveEnding.PEER_FIRST, 2);
        assertThat(seen.whole().latest().laterThan(100)).isEqualTo(1);
        assertThat(seen.whole().latest().total()).isEqualTo(1);
        assertThat(bed.prefixes(watch))
                .extracting(row -> row.prefix().toString(), PrefixRow::ended)
                .containsExactly(tuple("10.203.0.0/24", 1L));
    }

    @Test
    void shouldKnowConnectionsWhosePortTheKernelChose() {
        LiveBed.Both both = bed.connect(0, false);
        int port = both.near().getLocalPort();
        both.peerFirst();
        bed.awaitEnd(port);
        bed.copies.again(port, "F");
        assertAllCounted(port, LiveEnding.PEER_FIRST, 1);
    }

    @Test
    void shouldCountWhatFollowsAResetApart() {
        bed.connect(20_004, false).hostResets();
        Await.until(
                () -> bed.copies.frames(20_004),
                frames -> frames.getLast().kind().equals("R"));
        bed.copies.again(20_004, "D");
        LiveSnapshot seen = bed.after(watch, 1);
        assertThat(seen.ended(LiveEnding.BROKEN::equals)).isEqualTo(1);
        assertThat(seen.late(LiveEnding.BROKEN::equals).of(LateKind.DATA).total())
                .isEqualTo(1);
        assertThat(seen.late(LiveEnding::isWhole).all().total()).isZero();
        assertThat(bed.prefixes(watch)).isEmpty();
    }

    @Test
    void shouldHoldAConnectionClosedByUsForEndedOnlyAtThePeersFin() {
        LiveBed.Both both = bed.connect(20_005, false);
        bed.closeNear(both);
        pause(300);
        assertThat(bed.snapshot(watch).ended(ending -> true)).isZero();
        bed.closeFar(both);
        bed.awaitEnd(20_005);
        bed.copies.again(20_005, "F");
        LiveSnapshot seen = assertAllCounted(20_005, LiveEnding.WE_FIRST, 1);
        assertThat(seen.ended(ending -> true)).isEqualTo(1);
    }

    @Test
    void shouldKnowThatHalfClosedConnectionsTakeUpMemory() {
        int cpus = BpfMap.possibleCpus();
        int remembered = Math.max(1_024, 256 * cpus + 100);
        int sure = Math.min(remembered * 8 / 10, remembered - 256 * cpus);
        List<LiveBed.Both> halfClosed = new ArrayList<>();
        try (LiveWatch small = bed.watch(LiveSettings.of(LiveBed.DEVICE).withRemembered(remembered))) {
            for (int i = 0; i <= sure; i++) {
                halfClosed.add(bed.connect(30_000 + i, false));
                bed.closeNear(halfClosed.getLast());
            }
            LiveSnapshot seen = Await.until(
                    () -> bed.snapshot(small), now -> now.memoryNanos().isPresent());
            assertThat(seen.ended(ending -> true)).isZero();
        }
        halfClosed.forEach(bed::closeFar);
    }

    @Test
    void shouldTakeNothingOfOrdinaryConnectionsForLate() {
        for (int i = 0; i < 50; i++) {
            bed.connect(21_000 + i, i % 3 == 0).hostFirst();
            bed.connect(22_000 + i, i % 3 == 0).peerFirst();
        }
        for (int i = 0; i < 50; i++) {
            bed.awaitEnd(21_000 + i);
            bed.awaitEnd(22_000 + i);
        }
        LiveSnapshot seen = bed.snapshot(watch);
        assertThat(seen.ended(LiveEnding.WE_FIRST::equals)).isEqualTo(50);
        assertThat(seen.ended(LiveEnding.PEER_FIRST::equals)).isEqualTo(50);
        assertThat(bed.events).isEmpty();
        assertThat(seen.segments()).isGreaterThan(400);
        assertThat(seen.unread())
                .as("the reports of IPv6 multicast have an extension header")
                .isLessThan(10);
    }

    @Test
    void shouldCountSegmentsOfAnEarlierIncarnationThatMeetANewOneApart() {
        bed.connect(20_006, false).hostFirst();
        bed.awaitEnd(20_006);
        bed.copies.keep(20_006, "D");
        LiveBed.Both again = bed.connect(20_006, false);
        bed.copies.againKept(20_006, "D");
        LiveSnapshot seen = bed.after(watch, 1);
        assertThat(seen.rejected().of(LateKind.DATA).total()).isEqualTo(1);
        assertThat(seen.late(ending -> true).all().total()).isZero();
        assertThat(seen.reusedWhole().total()).isEqualTo(1);
        bed.copies.again(20_006, "D");
        again.hostFirst();
        bed.snapshot(watch);
        assertThat(bed.events).as("a copy of the new incarnation's own data").hasSize(1);
    }

    @Test
    void shouldTakeASynThatOpensANewIncarnationForNoLateSegment() {
        bed.connectFromPeer(20_007).peerFirst();
        bed.awaitEndOfPeers(20_007);
        bed.connectFromPeer(20_007).peerFirst();
        LiveSnapshot seen = bed.snapshot(watch);
        assertThat(bed.events).isEmpty();
        assertThat(seen.ended(LiveEnding.PEER_FIRST::equals)).isEqualTo(2);
        assertThat(seen.reusedWhole().total()).isEqualTo(1);
        bed.copies.againOfPeers(20_007, "S");
        assertThat(bed.after(watch, 1)
                        .late(LiveEnding.PEER_FIRST::equals)
                        .of(LateKind.SYN)
                        .total())
                .as("a copy of the old SYN")
                .isEqualTo(1);
    }

    private static void pause(long millis) {
        Await.moment(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /**
     * Whatever came from the peer after the end was counted, nothing else, and with its age. That includes the RST with which the peer answers an ACK of
     * the host that meets no connection there.
     */
    private LiveSnapshot assertAllCounted(int port, LiveEnding ending, int least) {
        long endedNanos = bed.awaitEnd(port);
        LiveBed.Counted counted = bed.counted(watch, port, endedNanos, least);
        LiveSnapshot seen = counted.seen();
        List<LateCopies.Frame> late = counted.frames();
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

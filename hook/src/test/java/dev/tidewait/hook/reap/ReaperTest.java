package dev.tidewait.hook.reap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.TcpState;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Single passes against the real kernel: two namespaces joined by veth. Needs root. */
@Timeout(120)
class ReaperTest {
    private static final ReapGoal AT_ONCE = new ReapGoal.TimeWait(1);

    private static ReapBed bed;
    private static int nextPort = 20_000;
    private @Nullable Reaper reaper;

    @BeforeAll
    static void join() {
        bed = ReapBed.join();
    }

    @AfterAll
    static void remove() {
        if (bed != null) {
            bed.close();
        }
    }

    @AfterEach
    void closeReaper() {
        if (reaper != null) {
            bed.close(reaper);
        }
    }

    private Reaper open(ReapSettings settings) {
        Reaper opened = bed.reaper(settings);
        reaper = opened;
        return opened;
    }

    /** First of so many ports that no other test uses. */
    private static int ports(int count) {
        int first = nextPort;
        nextPort += count;
        return first;
    }

    @Test
    void shouldDestroyAllAboveTheFloorAndNoneBelow() {
        int count = 300;
        int first = ports(count);
        int last = first + count - 1;
        long floorMillis = 400;
        Reaper opened = open(ReapBed.settings(new ReapGoal.TimeWait(floorMillis), floorMillis, first, last));
        Map<Integer, Long> closedNanos = new HashMap<>();
        Set<Integer> seen = new TreeSet<>();
        Map<Integer, Long> goneNanos = new HashMap<>();

        ReapBed.await("all are gone", () -> {
            if (closedNanos.size() < count) {
                int port = first + closedNanos.size();
                closedNanos.put(port, bed.leaveTimeWait(port, port % 2 == 0 ? ReapBed.IPV4 : ReapBed.IPV6));
            }
            long destroyed = bed.pass(opened).destroyed();
            long now = System.nanoTime();
            Set<Integer> there = bed.timeWaits(first, last);
            seen.stream().filter(port -> !there.contains(port)).forEach(port -> goneNanos.putIfAbsent(port, now));
            seen.addAll(there);
            return destroyed == count;
        });

        // After a stall of this test, one may be destroyed before it is seen here.
        assertThat(goneNanos).hasSizeGreaterThan(count / 2);
        goneNanos.forEach(
                (port, gone) -> assertThat(TimeUnit.NANOSECONDS.toMillis(gone - closedNanos.getOrDefault(port, gone)))
                        .as("age of port %d", port)
                        .isGreaterThanOrEqualTo(floorMillis));
        ReapSnapshot snapshot = bed.pass(opened);
        assertThat(snapshot.destroyed()).isEqualTo(count);
        assertThat(snapshot.youngestMillis()).isBetween(floorMillis, floorMillis + 200);
        assertThat(snapshot.vanished()).isZero();
    }

    @Test
    void shouldCountFromTheLongestTimerSeenWhereTheLengthIsNotKnown() {
        int first = ports(10);
        int last = first + 9;
        long floorMillis = 1_500;
        bed.leaveTimeWaits(first, last - 1);
        long left = System.nanoTime();
        ReapSettings settings = ReapBed.settings(new ReapGoal.TimeWait(floorMillis), floorMillis, first, last);
        Reaper opened = bed.client.call(() -> Reaper.open(settings, ReapStart.NOT_MEASURED));
        reaper = opened;
        ReapBed.await("past the floor", () -> System.nanoTime() - left > 1_600_000_000L);

        // Were this a kernel with a TIME_WAIT of 58.4 s, they would be new.
        assertThat(bed.pass(opened).destroyed()).isZero();

        bed.leaveTimeWait(last, ReapBed.IPV4); // shows the whole length
        ReapBed.await("those past the floor", () -> bed.pass(opened).destroyed() == 9);
        assertThat(bed.timeWaits(first, last)).containsExactly(last);
        assertThat(bed.pass(opened).youngestMillis()).isGreaterThanOrEqualTo(floorMillis);
    }

    @Test
    void shouldTakeTheOldestOfADestinationFirstAndNoMoreThanNeeded() {
        int first = ports(40);
        long floorMillis = 100;
        Reaper opened = open(ReapBed.settings(new ReapGoal.KeepBelow(0.5), floorMillis, first, first + 39));
        // Not in the order of their ports, and far enough apart for the kernel's clock.
        int[] order = new int[30];
        long[] closed = new long[30];
        for (int i = 0; i < 30; i++) {
            order[i] = first + (i * 7) % 30;
            long last = i == 0 ? 0 : closed[i - 1];
            ReapBed.await("a tick", () -> System.nanoTime() - last > 12_000_000);
            closed[i] = bed.leaveTimeWait(order[i], ReapBed.IPV4);
        }
        ReapBed.await("past the floor", () -> System.nanoTime() - closed[29] > 1_200_000_000L);

        ReapSnapshot snapshot = bed.pass(opened);

        // No newcomers lately, so the mark is the limit itself: 20 of 40.
        assertThat(snapshot.destroyed()).isEqualTo(10);
        Set<Integer> youngest = new TreeSet<>();
        for (int i = 10; i < 30; i++) {
            youngest.add(order[i]);
        }
        assertThat(bed.timeWaits(first, first + 39)).isEqualTo(youngest);
        assertThat(bed.pass(opened).destroyed()).isEqualTo(10);
    }

    @Test
    void shouldKeepWhatIsBelowTheLimitForEachDestinationAlone() {
        int first = ports(20);
        // 8 to each address: together 80 % of the ports, each 40 %.
        bed.leaveTimeWaits(first, first + 15);
        long left = System.nanoTime();
        // Else the first pass, which may be dear, leaves room for as many newcomers until the next.
        ReapBed.await("no newcomers lately", () -> System.nanoTime() - left > 1_200_000_000L);
        Reaper opened = open(ReapBed.settings(new ReapGoal.KeepBelow(0.9), 1, first, first + 19));

        assertThat(bed.pass(opened).destroyed()).isZero();
        assertThat(bed.timeWaits(first, first + 19)).hasSize(16);
    }

    @Test
    void shouldCountLiveConnectionsAsUsedAndLeaveThemAlone() throws IOException {
        int first = ports(20);
        try (Socket near = bed.connect(first, ReapBed.IPV4, ReapBed.KEEPING_PORT);
                Socket far = bed.keeping.take();
                Socket halfClosed = bed.connect(first + 1, ReapBed.IPV4, ReapBed.KEEPING_PORT);
                Socket halfClosedFar = bed.keeping.take()) {
            halfClosedFar.shutdownOutput();
            assertThat(halfClosed.getInputStream().read()).isEqualTo(-1); // CLOSE_WAIT
            Reaper opened = open(ReapBed.settings(AT_ONCE, 1, first, first + 19));

            ReapSnapshot snapshot = bed.pass(opened);

            assertThat(snapshot.fullest().orElseThrow().used()).isEqualTo(2);
            assertThat(snapshot.destroyed()).isZero();
            near.getOutputStream().write(7);
            assertThat(far.getInputStream().read()).isEqualTo(7);
            halfClosed.getOutputStream().write(8);
            assertThat(halfClosedFar.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void shouldNeverTouchWhatStillWaitsForThePeersFin() throws IOException {
        int first = ports(10);
        Socket near = bed.connect(first, ReapBed.IPV4, ReapBed.KEEPING_PORT);
        try (Socket far = bed.keeping.take()) {
            near.close();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
            ReapBed.await(
                    "FIN_WAIT2",
                    () -> bed.ports(TcpState.FIN_WAIT2, first, first).size() == 1);
            Reaper opened = open(ReapBed.settings(AT_ONCE, 1, first, first + 9));

            ReapSnapshot snapshot = bed.pass(opened);

            assertThat(snapshot.destroyed()).isZero();
            assertThat(snapshot.sparedFinWait2()).isEqualTo(new Spared(1, 1));
            assertThat(bed.ports(TcpState.FIN_WAIT2, first, first)).containsExactly(first);

            ReapBed.close(far);
            ReapBed.await("TIME_WAIT", () -> bed.timeWaits(first, first).size() == 1);
            ReapBed.await("its end", () -> bed.pass(opened).destroyed() == 1);
        }
    }

    @Test
    void shouldSpareConnectionsThatCameInAlsoAfterTheListenerIsGone() throws IOException {
        int port = ports(1);
        Reaper opened = open(ReapBed.settings(AT_ONCE, 1, port, port));
        try (ServerSocket listener = bed.client.call(() -> new ServerSocket(port))) {
            try (Socket outside = bed.server.call(() -> new Socket("10.201.0.1", port));
                    Socket accepted = listener.accept()) {
                ReapBed.close(accepted);
                assertThat(outside.getInputStream().read()).isEqualTo(-1);
            }
            ReapBed.await("TIME_WAIT", () -> bed.timeWaits(port, port).size() == 1);

            assertThat(bed.pass(opened).sparedListening()).isEqualTo(new Spared(1, 1));
        }
        ReapSnapshot snapshot = bed.pass(opened);

        assertThat(snapshot.destroyed()).isZero();
        assertThat(snapshot.portCount()).isZero();
        assertThat(bed.timeWaits(port, port)).containsExactly(port);
    }

    @Test
    void shouldSpareConnectionsOfAListenerThatWasThereOnlyBetweenTwoPasses() throws IOException {
        int port = ports(1);
        Reaper opened = open(ReapBed.settings(AT_ONCE, 1, port, port));
        assertThat(bed.pass(opened).sparedListening().now()).isZero();
        try (ServerSocket listener = bed.client.call(() -> new ServerSocket(port))) {
            try (Socket outside = bed.server.call(() -> new Socket("10.201.0.1", port));
                    Socket accepted = listener.accept()) {
                ReapBed.close(accepted);
                assertThat(outside.getInputStream().read()).isEqualTo(-1);
            }
            bed.client.call(() -> {
                opened.watchListeners(System.nanoTime() + 1_000_000_000);
                return opened;
            });
        }
        ReapBed.await("TIME_WAIT", () -> bed.timeWaits(port, port).size() == 1);

        ReapBed.await("seen", () -> bed.pass(opened).sparedListening().equals(new Spared(1, 1)));
        assertThat(bed.pass(opened).destroyed()).isZero();
        assertThat(bed.timeWaits(port, port)).containsExactly(port);
    }

    @Test
    void shouldCountTheRateFromTheEndOfAPass() {
        int first = ports(20);
        bed.leaveTimeWaits(first, first + 19);
        ReapSettings all = ReapBed.settings(AT_ONCE, 1, first, first + 19);
        Reaper dry = bed.reaper(ReapBed.dry(all));
        ReapBed.await("all are past the floor", () -> bed.pass(dry).destroyed() == 20);
        bed.close(dry);
        Reaper opened = open(ReapBed.limited(all, 5));

        assertThat(bed.pass(opened, clock(0, 800)).destroyed()).isEqualTo(5);

        // The pass took 800 ms, and its removals may have been at its end.
        assertThat(bed.pass(opened, clock(1_100, 1_200)).destroyed()).isEqualTo(5);
        assertThat(bed.pass(opened, clock(1_800, 1_900)).destroyed()).isEqualTo(10);
    }

    /** When a pass begins, and when its removals are done. */
    private static LongSupplier clock(long beginsMillis, long doneMillis) {
        PrimitiveIterator.OfLong times = LongStream.of(beginsMillis, doneMillis)
                .map(TimeUnit.MILLISECONDS::toNanos)
                .iterator();
        return times::nextLong;
    }

    @Test
    void shouldLookOnlyAtTheDestinationsAndSourcesNamed() {
        int first = ports(20);
        bed.leaveTimeWaits(first, first + 19);
        ReapSettings all = ReapBed.settings(AT_ONCE, 1, first, first + 19);

        Reaper elsewhere = bed.reaper(ReapBed.towards(all, "10.201.0.2:8081"));
        assertThat(bed.pass(elsewhere).destroyed()).isZero();
        bed.close(elsewhere);
        Reaper other = bed.reaper(ReapBed.from(all, "10.202.0.0/16"));
        assertThat(bed.pass(other).destroyed()).isZero();
        bed.close(other);
        assertThat(bed.timeWaits(first, first + 19)).hasSize(20);

        Reaper opened = open(ReapBed.from(ReapBed.towards(all, "[fd00:201::/64]:8080"), "fd00:201::1"));
        ReapBed.await("those over IPv6", () -> bed.pass(opened).destroyed() == 10);
        assertThat(bed.timeWaits(first, first + 19)).hasSize(10).allMatch(port -> port % 2 == 0);
    }

    @Test
    void shouldDestroyNothingInADryRunAndCountEachOnce() {
        int first = ports(50);
        bed.leaveTimeWaits(first, first + 49);
        Reaper opened = open(ReapBed.dry(ReapBed.settings(AT_ONCE, 1, first, first + 49)));

        ReapBed.await("counted", () -> bed.pass(opened).destroyed() == 50);

        assertThat(bed.pass(opened).destroyed()).isEqualTo(50);
        assertThat(bed.timeWaits(first, first + 49)).hasSize(50);
    }

    @Test
    void shouldReportEachPairOfSourceAndDestination() {
        int first = ports(30);
        bed.leaveTimeWaits(first, first + 29);
        Reaper opened = open(ReapBed.settings(AT_ONCE, 1, first, first + 29));

        ReapBed.await("all", () -> bed.pass(opened).destroyed() == 30);
        ReapSnapshot snapshot = bed.pass(opened);

        assertThat(snapshot.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.destroyed()).isEqualTo(15);
            assertThat(row.destination().port()).isEqualTo(ReapBed.CLOSING_PORT);
            assertThat(row.mostUsed()).isEqualTo(15);
        });
        assertThat(snapshot.rows())
                .extracting(row -> row.source() + " " + row.destination().address())
                .containsExactlyInAnyOrder("10.201.0.1 10.201.0.2", "fd00:201:0:0:0:0:0:1 fd00:201:0:0:0:0:0:2");
        assertThat(snapshot.vanished()).isZero();
        assertThat(snapshot.failed()).isZero();
    }
}

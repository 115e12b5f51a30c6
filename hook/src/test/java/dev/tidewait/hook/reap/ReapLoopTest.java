package dev.tidewait.hook.reap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.CpuTime;
import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop beside a client that connects at a steady pace from the kernel's automatic ports. Two namespaces joined by veth; needs root. */
@Timeout(120)
class ReapLoopTest {
    private static final int FIRST_PORT = 40_000;
    private static final int PORT_COUNT = 200;
    private static final int LAST_PORT = FIRST_PORT + PORT_COUNT - 1;
    private static final long FLOOR_MILLIS = 1_500;
    /** 0.45 x ports / floor: what can be kept below 45 %. */
    private static final double PER_SECOND = 0.45 * PORT_COUNT * 1_000 / FLOOR_MILLIS;

    private static final int SECONDS = 7;

    private ReapBed bed;

    @BeforeEach
    void join() {
        bed = ReapBed.join();
        bed.sysctl("net.ipv4.ip_local_port_range", FIRST_PORT + " " + LAST_PORT);
    }

    @AfterEach
    void remove() {
        if (bed != null) {
            bed.close();
        }
    }

    /** What a paced client saw. */
    private record Outcome(int done, int failed) {}

    /** Connects and closes at the pace, on the thread of its host. */
    private static Outcome connectPaced(double perSecond, int seconds) {
        int done = 0;
        int failed = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < perSecond * seconds; i++) {
            long due = begin + (long) (i * 1e9 / perSecond);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(ReapBed.IPV4, ReapBed.CLOSING_PORT), 5_000);
                done++;
            } catch (IOException e) {
                failed++; // EADDRNOTAVAIL
            }
        }
        return new Outcome(done, failed);
    }

    /** One loop on a thread of its own in the client's namespace. */
    private final class Running implements AutoCloseable {
        final Host host = bed.client.beside("reaper");
        final ReapLoop loop = new ReapLoop();
        final CountDownLatch ended = new CountDownLatch(1);
        final List<ReapSnapshot> seen = new ArrayList<>();
        final List<Long> seenNanos = new ArrayList<>();
        volatile double cpuShare;

        Running(ReapSettings settings) {
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> host.call(() -> {
                        long began = System.nanoTime();
                        long cpu = CpuTime.ofThisThreadNanos();
                        try (Reaper reaper = Reaper.open(settings, ReapSettings.KERNEL_MILLIS)) {
                            loop.run(reaper, Optional.empty(), (it, now) -> {
                                seen.add(it.snapshot());
                                seenNanos.add(now);
                            });
                        }
                        cpuShare = (double) (CpuTime.ofThisThreadNanos() - cpu) / (System.nanoTime() - began);
                        ended.countDown();
                        return began;
                    }));
        }

        @Override
        public void close() {
            loop.stop();
            try {
                assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            host.close();
        }
    }

    private static ReapSettings settings() {
        return ReapBed.settings(ReapGoal.DEFAULT, FLOOR_MILLIS, FIRST_PORT, LAST_PORT);
    }

    @Test
    void shouldSaveFromTheOutageAClientThatConnectsNoFasterThanTheLimitAllows() {
        Outcome alone = bed.client.call(() -> connectPaced(PER_SECOND, SECONDS));
        bed.close();
        join();
        Outcome helped;
        Running running = new Running(settings());
        try (running) {
            helped = bed.client.call(() -> connectPaced(PER_SECOND, SECONDS));
        }
        ReapSnapshot last = running.seen.getLast();

        System.out.printf(
                "%.0f/s on %d ports for %d s: alone %d failed of %d; with reap %d failed, %d destroyed, youngest %d ms, most used %d;"
                        + " thread's CPU %.1f %%, a pass %.1f ms%n",
                PER_SECOND,
                PORT_COUNT,
                SECONDS,
                alone.failed(),
                alone.failed() + alone.done(),
                helped.failed(),
                last.destroyed(),
                last.youngestMillis(),
                last.rows().getFirst().mostUsed(),
                running.cpuShare * 100,
                last.passMillis());
        assertThat(alone.failed()).as("without reap there is an outage").isGreaterThan(100);
        assertThat(helped.failed()).isZero();
        assertThat(last.youngestMillis()).isGreaterThanOrEqualTo(FLOOR_MILLIS);
        assertThat(last.vanished()).isZero();
    }

    @Test
    void shouldKeepADestinationBelowItsLimit() {
        double perSecond = PER_SECOND / 2;
        Running running = new Running(settings());
        try (running) {
            assertThat(bed.client.call(() -> connectPaced(perSecond, 5)).failed())
                    .isZero();
        }

        // The floor leaves room, so the limit is kept between the passes, too; 2 for a client that is late and then
        // hurries.
        ReapSnapshot last = running.seen.getLast();
        assertThat(last.rows().getFirst().mostUsed()).isBetween(60, (int) (0.45 * PORT_COUNT) + 2);
        assertThat(last.destroyed()).isPositive();
        assertThat(last.sparedFloor().most()).isZero();
    }

    @Test
    void shouldNotDestroyFasterThanTheRate() {
        bed.leaveTimeWaits(FIRST_PORT, FIRST_PORT + 149);
        ReapSettings limited =
                ReapBed.limited(ReapBed.settings(new ReapGoal.TimeWait(1), 1, FIRST_PORT, FIRST_PORT + 149), 40);
        Running running = new Running(limited);
        try (running) {
            ReapBed.await(
                    "all gone",
                    () -> bed.timeWaits(FIRST_PORT, FIRST_PORT + 149).isEmpty());
        }

        assertThat(running.seen.getLast().destroyed()).isEqualTo(150);
        for (int i = 0; i < running.seen.size(); i++) {
            for (int j = i; j < running.seen.size(); j++) {
                if (running.seenNanos.get(j) - running.seenNanos.get(i) < 990_000_000L) {
                    assertThat(running.seen.get(j).destroyed()
                                    - running.seen.get(i).destroyed())
                            .isLessThanOrEqualTo(40);
                }
            }
        }
    }

    @Test
    void shouldLeaveEverythingAloneWhenStoppedBeforeItsFirstPass() {
        ReapLoop stopped = new ReapLoop();
        stopped.stop();

        long passes = bed.client.call(() -> {
            try (Reaper reaper = Reaper.open(settings(), ReapSettings.KERNEL_MILLIS)) {
                stopped.run(reaper, Optional.empty(), (it, now) -> {});
                stopped.once(reaper);
                return reaper.snapshot().passes();
            }
        });

        assertThat(passes).isZero();
    }

    @Test
    void shouldEndAtItsLimitAndWhenToldTo() throws Exception {
        long began = System.nanoTime();
        ReapLoop limited = new ReapLoop();
        bed.client.call(() -> {
            try (Reaper reaper = Reaper.open(settings(), ReapSettings.KERNEL_MILLIS)) {
                limited.run(reaper, Optional.of(Duration.ofMillis(300)), (it, now) -> {});
            }
            return limited;
        });
        assertThat(System.nanoTime() - began).isBetween(300_000_000L, 3_000_000_000L);
        assertThat(limited.isStopped()).isFalse();

        Running running = new Running(settings());
        ReapBed.await("it runs", () -> running.host != null);
        running.close();
        assertThat(running.loop.isStopped()).isTrue();
    }
}

package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BriefLockTest {
    private static final int THREADS = 4;
    private static final int TIMES = 500_000;

    private final BriefLock lock = new BriefLock();
    private int count;
    private int doubled;

    @Test
    void shouldLetOneInAtATimeAndShowWhatTheLastOneDid() throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<Boolean>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                results.add(threads.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    boolean whole = true;
                    for (int j = 0; j < TIMES; j++) {
                        lock.lock();
                        whole &= doubled == 2 * count;
                        count++;
                        doubled += 2;
                        lock.unlock();
                    }
                    return whole;
                }));
            }
        }

        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        assertThat(count).isEqualTo(THREADS * TIMES);
    }

    /** A holder that lost its processor: who waits has gone to sleep by then, and nobody wakes him. */
    @Test
    void shouldLetInWhoHadToWaitLong() throws InterruptedException {
        lock.lock();
        Thread waiter = Thread.ofPlatform().start(() -> {
            lock.lock();
            count++;
            lock.unlock();
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (waiter.getState() != Thread.State.TIMED_WAITING && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(waiter.getState()).isEqualTo(Thread.State.TIMED_WAITING);
        assertThat(count).isZero();
        lock.unlock();
        waiter.join(10_000);

        assertThat(waiter.isAlive()).isFalse();
        assertThat(count).isEqualTo(1);
    }
}

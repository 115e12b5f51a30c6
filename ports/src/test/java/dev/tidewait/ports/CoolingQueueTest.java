package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoolingQueueTest {
    private static long entry(int port, long released) {
        return CoolingQueue.entry(port, KernelState.BLOCKING, true, released);
    }

    @Test
    void shouldKeepWhatAnEntryHolds() {
        long latest = (1L << 44) + 5;
        for (KernelState state : KernelState.values()) {
            long entry = CoolingQueue.entry(65_535, state, false, latest);
            assertThat(CoolingQueue.port(entry)).isEqualTo(65_535);
            assertThat(CoolingQueue.state(entry)).isEqualTo(state);
            assertThat(CoolingQueue.used(entry)).isFalse();
            assertThat(CoolingQueue.releasedMillis(entry)).isEqualTo(latest);
            assertThat(CoolingQueue.used(CoolingQueue.entry(1, state, true, 0))).isTrue();
        }
    }

    /** Against a deque, through growing, going round and shrinking, with cookies. */
    @Test
    void shouldKeepOrderAndCookiesThroughGrowthAndShrinking() {
        Random random = new Random(3);
        CoolingQueue queue = new CoolingQueue();
        Deque<long[]> model = new ArrayDeque<>();
        long now = 0;
        for (int i = 0; i < 200_000; i++) {
            boolean grow = i / 20_000 % 2 == 0;
            now += random.nextInt(3);
            if (random.nextInt(10) < (grow ? 7 : 3)) {
                long cookie = random.nextInt(3) == 0 ? 0 : random.nextLong();
                queue.addLast(entry(i & 0xffff, now), cookie);
                model.addLast(new long[] {entry(i & 0xffff, now), cookie});
            } else if (!model.isEmpty()) {
                long[] head = model.removeFirst();
                assertThat(queue.head()).isEqualTo(head[0]);
                assertThat(queue.headCookie()).isEqualTo(head[1]);
                queue.removeHead();
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }

    @Test
    void shouldTakeBackInAnyOrder() {
        CoolingQueue queue = new CoolingQueue();
        for (int i = 0; i < 20; i++) {
            queue.addLast(entry(i + 1, i / 2), i + 1);
        }
        List<long[]> out = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            out.add(new long[] {queue.head(), queue.headCookie()});
            queue.removeHead();
        }
        for (int i : new int[] {3, 0, 8, 1, 7, 2, 6, 4, 5}) {
            queue.putBack(out.get(i)[0], out.get(i)[1]);
        }

        long before = 0;
        for (int i = 0; i < 20; i++) {
            long head = queue.head();
            assertThat(CoolingQueue.releasedMillis(head)).isEqualTo(i / 2).isGreaterThanOrEqualTo(before);
            assertThat(queue.headCookie()).isEqualTo(CoolingQueue.port(head));
            before = CoolingQueue.releasedMillis(head);
            queue.removeHead();
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void shouldOnlyMakeALateEntryWaitLonger() {
        CoolingQueue queue = new CoolingQueue();
        queue.addLast(entry(1, 100), 0);
        queue.addLast(entry(2, 40), 0);

        assertThat(CoolingQueue.releasedMillis(queue.get(1))).isEqualTo(100);
        assertThat(CoolingQueue.port(queue.get(1))).isEqualTo(2);
    }

    @Test
    void shouldCountByTime() {
        CoolingQueue queue = new CoolingQueue();
        for (long released : new long[] {5, 5, 7, 9}) {
            queue.addLast(entry(1, released), 0);
        }

        assertThat(queue.countReleasedUntil(4)).isZero();
        assertThat(queue.countReleasedUntil(5)).isEqualTo(2);
        assertThat(queue.countReleasedUntil(8)).isEqualTo(3);
        assertThat(queue.countReleasedUntil(1_000)).isEqualTo(4);
    }
}

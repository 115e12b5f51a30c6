package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads on the same ledgers. Time is a counter that every operation moves on, so nothing sleeps. */
@Timeout(60)
class ManyThreadsTest {
    private static final int THREADS = 4;
    private static final int PORTS = 48;
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 1, 0, 1}), 80);

    /** With timestamps, so that the floor is 10 ms of the counter. */
    private static final Ending CLOSED = new Ending(Ending.Close.WE_FIRST, true, 0, 0, 1, 1, 1, true, true, 7);

    private static final Floors SHORT = new Floors(10, 20, 30, 10, 30, 1_000, 0, false);

    private final AtomicLong clock = new AtomicLong(1_000_000);

    /**
     * Held for reading from a look at the clock to the end of what is done with it, for writing while the clock jumps. Otherwise a
     * sweep after the jump declares a port as good as new, and a thread that read the time before the jump leases it too young.
     */
    private final ReentrantReadWriteLock jumps = new ReentrantReadWriteLock();

    private final ConcurrentMap<FourTuple, Thread> hands = new ConcurrentHashMap<>();
    private final ConcurrentMap<FourTuple, Long> releases = new ConcurrentHashMap<>();

    private PortLedgers ledgers(int mostWaiting, LineListener listener) {
        return ledgers(THREADS, mostWaiting, listener);
    }

    private static PortLedgers ledgers(int stripes, int mostWaiting, LineListener listener) {
        Source source = new Source(
                IpAddress.of(new byte[] {10, 0, 0, 1}), new PortOrder(PortSet.range(5_000, 4_999 + PORTS), 1, 2));
        DestinationPolicy policy = new DestinationPolicy(SHORT, List.of(source));
        return new PortLedgers(
                destination -> policy, new PortLedgers.Limits(stripes, true, 10, mostWaiting), listener, PORTS);
    }

    private void take(Lease lease, long now) {
        FourTuple tuple = lease.fourTuple();
        assertThat(hands.putIfAbsent(tuple, Thread.currentThread()))
                .as("second hand on %s", tuple)
                .isNull();
        Long released = releases.get(tuple);
        assertThat(released == null || now - released >= 10)
                .as("floor of %s", tuple)
                .isTrue();
    }

    private void giveBack(Lease lease, long now) {
        FourTuple tuple = lease.fourTuple();
        assertThat(hands.remove(tuple)).as("hand on %s", tuple).isNotNull();
        releases.put(tuple, now);
        lease.release(CLOSED, now);
    }

    private long jump() {
        jumps.writeLock().lock();
        try {
            return clock.addAndGet(1_000_000);
        } finally {
            jumps.writeLock().unlock();
        }
    }

    private static void together(LongFunction<Void> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Void>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long thread = i;
                results.add(threads.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    return work.apply(thread);
                }));
            }
            for (Future<Void> result : results) {
                result.get(40, TimeUnit.SECONDS);
            }
        }
    }

    /** Every thread holds up to a third of all ports, so they borrow from each other; sweeps run in between. */
    @Test
    void shouldNeverLeaseAFourTupleToTwo() throws Exception {
        PortLedgers ledgers = ledgers(0, (pool, at) -> {});
        AtomicInteger leases = new AtomicInteger();
        together(thread -> {
            List<Lease> held = new ArrayList<>();
            for (int i = 0; i < 40_000; i++) {
                boolean jump = i % 1_000 == 0;
                jumps.readLock().lock();
                try {
                    long now = clock.incrementAndGet() / 8;
                    Lease lease = new Lease();
                    if (held.size() < PORTS / 3
                            && ledgers.lease(lease, DESTINATION, (int) thread, now) instanceof Lease) {
                        take(lease, now);
                        held.add(lease);
                        leases.incrementAndGet();
                    } else if (!held.isEmpty()) {
                        giveBack(held.removeFirst(), now);
                    }
                    if (jump) {
                        held.forEach(each -> giveBack(each, now));
                        held.clear();
                    }
                } finally {
                    jumps.readLock().unlock();
                }
                if (jump) {
                    ledgers.sweep(jump() / 8);
                }
            }
            held.forEach(each -> giveBack(each, clock.get() / 8));
            return null;
        });

        assertThat(hands).isEmpty();
        assertThat(leases.get()).isGreaterThan(20_000);
        PoolSnapshot end = ledgers.snapshots(clock.get() / 8).getFirst();
        assertThat(end.leased()).isZero();
        assertThat(end.usable()).isEqualTo(PORTS);
        int unused = end.sources().getFirst().unused();
        assertThat(end.cooling() + end.aside() + unused).isEqualTo(PORTS);
    }

    /** One stripe is asked by all loops, so all of them borrow, from each other's hints, all the time. */
    @Test
    void shouldLoseNoPortWhenAllBorrow() throws Exception {
        PortLedgers ledgers = ledgers(0, (pool, at) -> {});
        AtomicLong leases = new AtomicLong();
        Set<FourTuple> leased = ConcurrentHashMap.newKeySet();
        together(thread -> {
            List<Lease> held = new ArrayList<>();
            for (int i = 0; i < 40_000; i++) {
                long now = clock.incrementAndGet();
                Lease lease = new Lease();
                int stripe = i % 4 == 0 ? (int) thread : 0;
                if (held.size() < PORTS / THREADS / 2
                        && ledgers.lease(lease, DESTINATION, stripe, now) instanceof Lease) {
                    take(lease, now);
                    leased.add(lease.fourTuple());
                    held.add(lease);
                    leases.incrementAndGet();
                } else if (!held.isEmpty()) {
                    Lease first = held.removeFirst();
                    if (i % 5 == 0) {
                        hands.remove(first.fourTuple());
                        first.putBack(now);
                    } else {
                        giveBack(first, now);
                    }
                }
            }
            held.forEach(each -> giveBack(each, clock.get()));
            return null;
        });

        assertThat(hands).isEmpty();
        assertThat(leased).hasSize(PORTS);
        List<Integer> places = new ArrayList<>();
        ledgers.visit(DESTINATION, (source, port, place, state, since, floor) -> places.add(port));
        assertThat(places).hasSize(PORTS).doesNotHaveDuplicates();
        SourceSnapshot end = ledgers.snapshots(clock.get()).getFirst().sources().getFirst();
        assertThat(end.leased()).isZero();
        assertThat(end.leases()).isEqualTo(leases.get()).isGreaterThan(20_000);
    }

    /** A pool that looks whether it may go refuses for a moment; nobody may take that for the end. */
    @Test
    void shouldNotForgetAPoolInUseNorRefuseWithPortsLeft() throws Exception {
        int stripes = PORTS / 3;
        PortLedgers ledgers = ledgers(stripes, 0, (pool, at) -> {});
        // All ports of the last stripe are held, so the others may go and it may not, nor help out.
        List<Lease> forever = new ArrayList<>();
        for (int i = 0; i < PORTS / stripes; i++) {
            forever.add(new Lease());
            assertThat(ledgers.lease(forever.getLast(), DESTINATION, stripes - 1, 1))
                    .isSameAs(forever.getLast());
        }
        Set<FourTuple> taken = forever.stream().map(Lease::fourTuple).collect(Collectors.toSet());
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger busy = new AtomicInteger(THREADS - 1);
        together(thread -> {
            if (thread == 0) {
                while (busy.get() > 0) {
                    ledgers.sweep(100_000_000L);
                }
                return null;
            }
            try {
                for (int i = 0; i < 60_000; i++) {
                    Lease lease = new Lease();
                    if (ledgers.lease(lease, DESTINATION, 0, 2) instanceof Lease) {
                        assertThat(taken.contains(lease.fourTuple())).isFalse();
                        lease.putBack(2);
                    } else {
                        refused.incrementAndGet();
                    }
                }
            } finally {
                busy.decrementAndGet();
            }
            return null;
        });

        assertThat(refused.get()).isZero();
        forever.forEach(lease -> lease.release(CLOSED, 2));
    }

    /** More want a port than there are ports: each is served or leaves at its deadline, and nobody is forgotten. */
    @Test
    void shouldServeOrDismissEverybodyInLine() throws Exception {
        int perThread = 3_000;
        BlockingQueue<SourcePool> moved = new ArrayBlockingQueue<>(THREADS * perThread * 4);
        PortLedgers ledgers = ledgers(THREADS * perThread, (pool, at) -> moved.add(pool));
        CountDownLatch answered = new CountDownLatch(THREADS * perThread);
        AtomicInteger served = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();

        Thread server = Thread.ofPlatform().start(() -> {
            while (answered.getCount() > 0) {
                SourcePool pool = poll(moved);
                if (pool != null) {
                    long next = pool.serve(clock.incrementAndGet());
                    if (next != MustWait.UNTIL_RELEASE) {
                        clock.accumulateAndGet(next, Math::max);
                        moved.add(pool);
                    }
                }
            }
        });
        together(thread -> {
            for (int i = 0; i < perThread; i++) {
                TestWaiter waiter = new TestWaiter((int) thread, (first, now) -> {
                    take(first.lease(), now);
                    served.incrementAndGet();
                    giveBack(first.lease(), now);
                    answered.countDown();
                });
                Optional<Exhausted> refusal = ledgers.join(waiter, DESTINATION, clock.get());
                assertThat(refusal).isEmpty();
                boolean impatient = i % 7 == 0;
                if (impatient && ledgers.leave(waiter, DESTINATION, clock.get()).isPresent()) {
                    left.incrementAndGet();
                    answered.countDown();
                }
            }
            return null;
        });

        assertThat(answered.await(30, TimeUnit.SECONDS))
                .as("%s answered, %s left", served, left)
                .isTrue();
        server.join(10_000);
        assertThat(server.isAlive()).isFalse();
        assertThat(served.get() + left.get()).isEqualTo(THREADS * perThread);
        assertThat(ledgers.snapshots(clock.get()).getFirst().waiting()).isZero();
    }

    /** Whoever joins while the ledgers stop is dismissed or refused. */
    @Test
    void shouldDismissEverybodyWhenStopped() throws Exception {
        for (int round = 0; round < 300; round++) {
            PortLedgers ledgers = ledgers(1_000, (pool, at) -> {});
            AtomicInteger joined = new AtomicInteger();
            AtomicInteger dismissed = new AtomicInteger();
            together(thread -> {
                for (int i = 0; i < 20; i++) {
                    if (thread == 0 && i == 10) {
                        ledgers.stop(5);
                    }
                    TestWaiter waiter = new TestWaiter(0, (first, now) -> {}, dismissed::incrementAndGet);
                    if (ledgers.join(waiter, DESTINATION, 5).isEmpty()) {
                        joined.incrementAndGet();
                    }
                }
                return null;
            });
            assertThat(dismissed.get()).isEqualTo(joined.get());
        }
    }

    private static SourcePool poll(BlockingQueue<SourcePool> queue) {
        try {
            return queue.poll(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }
}

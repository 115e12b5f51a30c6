package dev.tidewait.doctor.census;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that opens connections on a schedule and closes each at once, until connect() finds no port. It is a process of its own so that it can go
 * before others: connect() takes a millisecond once half of a large range is used, and a load that falls behind is another load.
 */
final class ScheduledConnects {
    /** connect() is the kernel's work; on one thread 600 a second would not be possible near the end. */
    private static final int THREADS = 4;

    private static final long PREPARE_NANOS = 100_000_000;
    private static final long LIMIT_NANOS = 110_000_000_000L;
    private static final int CONNECT_MILLIS = 10_000;
    /** A connect that is as late does not keep to the schedule. */
    private static final long LATE_NANOS = 100_000_000;

    private static final long TENTH_NANOS = 100_000_000;

    private final InetSocketAddress server;
    private final double perSecond;
    private final double slope;
    private final long begin = System.nanoTime() + PREPARE_NANOS;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong behind = new AtomicLong();
    /** Tenths of a second, from the beginning, in which a connect that was due stood still. */
    private final Set<Long> stalled = new ConcurrentSkipListSet<>();

    private ScheduledConnects(InetSocketAddress server, double perSecond, double slope) {
        this.server = server;
        this.perSecond = perSecond;
        this.slope = slope;
    }

    /** Arguments: address, port, connections a second, how many more each second. Prints when it begins, when it failed, how late it was, and when it was late. */
    public static void main(String[] arguments) throws InterruptedException {
        ScheduledConnects load = new ScheduledConnects(
                new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), Integer.parseInt(arguments[1])),
                Double.parseDouble(arguments[2]),
                Double.parseDouble(arguments[3]));
        System.out.printf(Locale.ROOT, "begin=%d%n", load.begin);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofPlatform().start(load::connectUntilFailure));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.printf(
                Locale.ROOT,
                "failed=%d connections=%d behindMillis=%d stalled=%s%n",
                load.failed.get(),
                load.next.get(),
                load.behind.get() / 1_000_000,
                load.stalled);
    }

    private void connectUntilFailure() {
        while (failed.get() == 0 && System.nanoTime() - begin < LIMIT_NANOS) {
            connectWhenDue(begin + dueNanos(next.getAndIncrement()));
        }
    }

    /** number = perSecond * t + slope * t^2 / 2. */
    private long dueNanos(int number) {
        double seconds = slope == 0
                ? number / perSecond
                : (Math.sqrt(perSecond * perSecond + 2 * slope * number) - perSecond) / slope;
        return (long) (seconds * 1e9);
    }

    private void noteDelay(long due, long now) {
        behind.accumulateAndGet(now - due, Math::max);
        if (now - due > LATE_NANOS) {
            for (long tenth = (due - begin) / TENTH_NANOS; tenth <= (now - begin) / TENTH_NANOS; tenth++) {
                stalled.add(tenth);
            }
        }
    }

    private void connectWhenDue(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        if (failed.get() != 0) {
            return;
        }
        noteDelay(due, System.nanoTime());
        try (Socket socket = new Socket()) {
            socket.connect(server, CONNECT_MILLIS);
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("Cannot assign requested address")) {
                throw new AssertionError("not for want of a port", e);
            }
            failed.compareAndSet(0, System.nanoTime());
        }
    }
}

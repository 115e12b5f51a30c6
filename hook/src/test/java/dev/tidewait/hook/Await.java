package dev.tidewait.hook;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Polls until a condition holds, for twenty seconds at most. */
final class Await {
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final long POLL_NANOS = 500_000;

    private Await() {}

    static <T> T until(Supplier<T> read, Predicate<T> condition) {
        long deadlineNanos = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            T value = read.get();
            if (condition.test(value)) {
                return value;
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("still " + value + " after 20 s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits for a moment of the monotonic clock. */
    static void moment(long nanos) {
        while (System.nanoTime() < nanos) {
            LockSupport.parkNanos(Math.min(POLL_NANOS, Math.max(1, nanos - System.nanoTime())));
        }
    }
}

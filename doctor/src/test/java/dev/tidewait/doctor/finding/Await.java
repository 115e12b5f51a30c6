package dev.tidewait.doctor.finding;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Polls until a condition holds, for twenty seconds at most. */
final class Await {
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final long POLL_NANOS = 20_000_000;

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
}

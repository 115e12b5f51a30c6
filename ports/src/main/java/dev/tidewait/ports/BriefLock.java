package dev.tidewait.ports;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few dozen nanoseconds of work, nearly always taken by the same thread. Any thread.
 *
 * <p>Hazard: not reentrant. Whoever holds it calls nobody who might want it again.
 */
class BriefLock {
    /*
     * An uncontended monitor costs two atomic operations, one to take it and one to give it back, because somebody may have lain down in
     * front of it in between. Here nobody waits where the holder would have to wake him, so giving back is a plain store in order (release):
     * one compare-and-set of some nanoseconds less, twice on the way of every connection.
     *
     * Who finds it held looks again: first at once, because the holder needs less time than it takes to go to sleep; then after everybody
     * else who is ready has run, because the holder may have lost its processor; then after a nap, because a thread of higher priority would
     * otherwise keep the holder from it for ever.
     */
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(BriefLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Some microseconds: longer than any lease, shorter than going to sleep and being woken. */
    private static final int LOOKS_AT_ONCE = 100;

    private static final int LOOKS_AFTER_OTHERS = 50;

    /** The kernel rounds it up to about twice as much. */
    private static final long NAP_NANOS = 50_000;

    @SuppressWarnings("unused") // by name, above
    private boolean held;

    final void lock() {
        if (!HELD.compareAndSet(this, false, true)) {
            lockLater();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // not relied on: after it comes the nap
    private void lockLater() {
        int looks = 0;
        do {
            looks++;
            if (looks <= LOOKS_AT_ONCE) {
                Thread.onSpinWait();
            } else if (looks <= LOOKS_AT_ONCE + LOOKS_AFTER_OTHERS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        } while ((boolean) HELD.getOpaque(this) || !HELD.compareAndSet(this, false, true));
    }

    /** Only the holder may. */
    final void unlock() {
        HELD.setRelease(this, false);
    }
}

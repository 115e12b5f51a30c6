package dev.tidewait.ports;

import java.util.function.BiConsumer;

/** Somebody in line who does what the test says when the turn comes, on the thread that moved the line. */
final class TestWaiter implements Waiter {
    private final Lease lease = new Lease();
    private final int stripe;
    private final BiConsumer<TestWaiter, Long> whenServed;
    private final Runnable whenDismissed;

    TestWaiter(int stripe, BiConsumer<TestWaiter, Long> whenServed) {
        this(stripe, whenServed, () -> {});
    }

    TestWaiter(int stripe, BiConsumer<TestWaiter, Long> whenServed, Runnable whenDismissed) {
        this.stripe = stripe;
        this.whenServed = whenServed;
        this.whenDismissed = whenDismissed;
    }

    @Override
    public Lease lease() {
        return lease;
    }

    @Override
    public int stripe() {
        return stripe;
    }

    @Override
    public void served(long nowMillis) {
        whenServed.accept(this, nowMillis);
    }

    @Override
    public void dismissed(Exhausted why) {
        whenDismissed.run();
    }
}

package dev.tidewait.netty;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Exhausted;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.MustWait;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.Waiter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds a port for one connect: lease, or line and lease, then the look-up in the kernel. Owned by the request's event loop, except
 * for what {@link Waiter} says.
 *
 * <p>However it ends, the lease is the finder's or back in its ledger, and a finder whose search could wait has been told.
 */
final class PortSearch implements Waiter {
    /** Look-ups made in one go before other connections of the loop get their turn. */
    private static final int LOOK_UPS_AT_ONCE = 256;

    /** Who searches. Called on the event loop; {@link #notFound} on any thread when the event loop has ended. */
    interface Finder {
        /** Nobody wants a port any more. */
        boolean isOver();

        /** The four-tuple may be bound; the lease is the finder's. */
        void found(Lease lease);

        void notFound(Reason reason, String message, @Nullable Throwable cause);
    }

    /** Does what the lease's {@link Lease#preparation} asks for. */
    interface Check {
        TupleCheck.Answer prepare(Lease lease);
    }

    private final PortLedgers ledgers;
    private final Check check;
    private final Destination destination;
    private final EventLoop loop;
    private final int stripe;
    private final Finder finder;
    private final long startedMillis = Clock.nowMillis();
    private final long portWaitMillis;
    private Lease next = new Lease();
    private @Nullable ScheduledFuture<?> deadline;
    private long waitedMillis;

    /**
     * @param stripe the event loop's
     * @param portWaitMillis how long to stand in line, counted from now
     */
    PortSearch(
            PortLedgers ledgers,
            Check check,
            Destination destination,
            EventLoop loop,
            int stripe,
            long portWaitMillis,
            Finder finder) {
        this.ledgers = ledgers;
        this.check = check;
        this.destination = destination;
        this.loop = loop;
        this.stripe = stripe;
        this.portWaitMillis = portWaitMillis;
        this.finder = finder;
    }

    /** @param mayWait if not, a search without success ends in silence */
    void search(boolean mayWait) {
        guarded(mayWait, () -> leaseNext(mayWait));
    }

    /** Time spent in line. */
    long waitedMillis() {
        return waitedMillis;
    }

    /** Nobody wants a port any more. */
    void cancel() {
        stopTimer();
        ledgers.leave(this, destination, Clock.nowMillis());
    }

    /** Routing, sock_diag and a loop that ends all throw; whoever waits for a connection must hear of it. */
    private void guarded(boolean mayWait, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (next.isHeld()) {
                next.putBack(Clock.nowMillis());
            }
            if (!mayWait) {
                return;
            }
            if (e instanceof NoSourceException) {
                finder.notFound(Reason.UNREACHABLE, String.valueOf(e.getMessage()), e);
            } else {
                finder.notFound(Reason.LOCAL, "cannot find a port to " + destination + ": " + e.getMessage(), e);
            }
        }
    }

    private void leaseNext(boolean mayWait) {
        long now = Clock.nowMillis();
        switch (ledgers.lease(next, destination, stripe, now)) {
            case Lease ignored -> prepare(mayWait);
            case MustWait ignored -> {
                if (mayWait) {
                    standInLine(now);
                }
            }
            case Exhausted why -> {
                if (mayWait) {
                    finder.notFound(Reason.NO_PORT, why.explain(0), null);
                }
            }
        }
    }

    private void standInLine(long now) {
        long left = Math.max(0, startedMillis + portWaitMillis - now);
        deadline = loop.schedule(this::waitedTooLong, left, TimeUnit.MILLISECONDS);
        Optional<Exhausted> refused = ledgers.join(this, destination, now);
        if (refused.isPresent()) {
            stopTimer();
            finder.notFound(Reason.NO_PORT, refused.get().explain(0), null);
        }
    }

    private void waitedTooLong() {
        long now = Clock.nowMillis();
        ledgers.leave(this, destination, now)
                .ifPresent(why -> finder.notFound(Reason.NO_PORT, why.explain(now - startedMillis), null));
    }

    @Override
    public Lease lease() {
        return next;
    }

    @Override
    public int stripe() {
        return stripe;
    }

    @Override
    public void served(long nowMillis) {
        try {
            loop.execute(() -> {
                stopTimer();
                waitedMillis = Clock.nowMillis() - startedMillis;
                guarded(true, () -> prepare(true));
            });
        } catch (RejectedExecutionException e) {
            next.putBack(nowMillis);
            finder.notFound(Reason.LOCAL, "no port to " + destination + ": the event loop has ended", e);
        }
    }

    @Override
    public void dismissed(Exhausted why) {
        try {
            loop.execute(() -> {
                stopTimer();
                finder.notFound(Reason.LOCAL, why.explain(0), null);
            });
        } catch (RejectedExecutionException e) {
            finder.notFound(Reason.LOCAL, why.explain(0), e);
        }
    }

    /** Asks the kernel where the lease says so; steps on to another port where the kernel holds this one. */
    private void prepare(boolean mayWait) {
        for (int i = 0; i < LOOK_UPS_AT_ONCE; i++) {
            if (finder.isOver()) {
                next.putBack(Clock.nowMillis());
                return;
            }
            if (check.prepare(next) == TupleCheck.Answer.READY) {
                Lease found = next;
                next = new Lease();
                finder.found(found);
                return;
            }
            next.setAside(Clock.nowMillis());
            if (!(ledgers.lease(next, destination, stripe, Clock.nowMillis()) instanceof Lease)) {
                leaseNext(mayWait);
                return;
            }
        }
        loop.execute(() -> guarded(mayWait, () -> prepare(mayWait)));
    }

    private void stopTimer() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

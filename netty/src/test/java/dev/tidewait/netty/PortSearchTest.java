package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.DestinationPolicy;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.LineListener;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.Source;
import dev.tidewait.ports.SourcePool;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PortSearchTest {
    private static final IpAddress SOURCE = IpAddress.of(new byte[] {10, 0, 0, 1});
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 0, 0, 2}), 80);
    private static final LineListener NO_TIMER = (pool, atMillis) -> {};

    private final EventLoop loop = new DefaultEventLoop();
    private final PortLedgers ledgers = ledgers(destination -> new DestinationPolicy(
            Floors.DEFAULT, List.of(new Source(SOURCE, new PortOrder(PortSet.range(20_000, 20_000), 1, 2)))));

    private static PortLedgers ledgers(DestinationPolicy.Lookup policies) {
        return new PortLedgers(policies, new PortLedgers.Limits(1, true, 10, 10), NO_TIMER);
    }

    @AfterEach
    void endLoop() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** What a search came to. */
    private record Outcome(@Nullable Lease lease, @Nullable Reason reason, String message) {}

    private static final class Told implements PortSearch.Finder {
        private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public void found(Lease lease) {
            outcomes.add(new Outcome(lease, null, ""));
        }

        @Override
        public void notFound(Reason reason, String message, @Nullable Throwable cause) {
            outcomes.add(new Outcome(null, reason, message));
        }

        Outcome next() throws InterruptedException {
            Outcome outcome = outcomes.poll(10, TimeUnit.SECONDS);
            if (outcome == null) {
                throw new AssertionError("the finder was told nothing");
            }
            return outcome;
        }
    }

    private Told search(PortLedgers in, PortSearch.Check check) throws InterruptedException {
        Told told = new Told();
        PortSearch search = new PortSearch(in, check, DESTINATION, loop, 0, 5_000, told);
        loop.submit(() -> search.search(true)).sync();
        return told;
    }

    private PoolSnapshot snapshot() {
        return ledgers.snapshots(Clock.nowMillis()).getFirst();
    }

    @Test
    void shouldTellThatThereIsNoRoute() throws Exception {
        PortLedgers unroutable = ledgers(destination -> {
            throw new NoSourceException("no route to " + destination, null);
        });
        Outcome outcome = search(unroutable, lease -> TupleCheck.Answer.READY).next();
        assertThat(outcome.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(outcome.message()).isEqualTo("no route to 10.0.0.2:80");
    }

    @Test
    void shouldPutTheLeaseBackWhenTheKernelCannotBeAsked() throws Exception {
        Outcome outcome = search(ledgers, lease -> {
                    throw new IllegalStateException("no descriptor left");
                })
                .next();
        assertThat(outcome.reason()).isEqualTo(Reason.LOCAL);
        assertThat(outcome.message()).contains("10.0.0.2:80").contains("no descriptor left");
        assertThat(snapshot().leased()).isZero();
        assertThat(search(ledgers, lease -> TupleCheck.Answer.READY).next().lease())
                .isNotNull();
    }

    @Test
    void shouldTellThoseInLineWhenTheLoopHasEndedAndTheOwnerStops() throws Exception {
        assertThat(search(ledgers, lease -> TupleCheck.Answer.READY).next().lease())
                .isNotNull();
        Told waiting = search(ledgers, lease -> TupleCheck.Answer.READY);
        endLoop();
        ledgers.stop(Clock.nowMillis());
        assertThat(waiting.next().reason()).isEqualTo(Reason.LOCAL);
    }

    @Test
    void shouldPutBackWhatIsServedToALoopThatHasEnded() throws Exception {
        BlockingQueue<SourcePool> moved = new LinkedBlockingQueue<>();
        PortLedgers ports = new PortLedgers(
                destination -> new DestinationPolicy(
                        Floors.DEFAULT,
                        List.of(new Source(SOURCE, new PortOrder(PortSet.range(20_000, 20_000), 1, 2)))),
                new PortLedgers.Limits(1, true, 10, 10),
                (pool, atMillis) -> moved.add(pool));
        Lease live = search(ports, lease -> TupleCheck.Answer.READY).next().lease();
        Told waiting = search(ports, lease -> TupleCheck.Answer.READY);
        endLoop();
        assertThat(live).isNotNull();
        live.setAside(Clock.nowMillis());
        moved.take().serve(Clock.nowMillis() + 20_000);
        assertThat(waiting.next().reason()).isEqualTo(Reason.LOCAL);
        assertThat(ports.snapshots(Clock.nowMillis()).getFirst().leased()).isZero();
    }
}

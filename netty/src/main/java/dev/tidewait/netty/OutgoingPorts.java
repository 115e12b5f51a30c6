package dev.tidewait.netty;

import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.KernelState;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.Preparation;
import dev.tidewait.ports.TimeWaitRule;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of this process in its network namespace: guarded, seeded from what the kernel and an earlier run know, leased by the
 * rule. Any thread. Close it when the event loops have ended.
 */
public final class OutgoingPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingPorts.class);

    private volatile PortSettings settings;
    private final Transport transport;
    private final UsablePorts usable;
    private final PortBlockLock lock;
    private final Optional<EndingJournal> journal;
    private final Policies policies;
    private final PortLedgers ledgers;
    private final TimeWaitRule rule;
    private final TupleCheck check = new TupleCheck();
    private final LoopTools.PerLoop tools = new LoopTools.PerLoop();
    private final Housekeeping housekeeping;
    private final List<String> advice;
    private volatile ConnectionListener listener = ConnectionListener.NONE;

    private OutgoingPorts(ClaimedPorts claimed, Transport transport, EventLoopGroup loops) {
        this.settings = claimed.settings;
        this.transport = transport;
        this.usable = claimed.usable;
        this.lock = claimed.lock;
        this.journal = claimed.journal;
        this.advice = claimed.advice;
        this.rule = new TimeWaitRule(settings.floors(), claimed.mayDestroy);
        int stripes = 0;
        for (var ignored : loops) {
            stripes++;
        }
        this.policies = new Policies(settings, claimed.order);
        this.ledgers = new PortLedgers(
                policies,
                new PortLedgers.Limits(
                        Math.max(1, stripes), claimed.mayDestroy, settings.mostDestinations(), settings.mostWaiting()),
                new LineTimer(loops.next()));
        this.housekeeping = new Housekeeping(
                ledgers, new BucketRelief(ledgers, claimed.mayDestroy, () -> this.settings.leastFloorMillis()));
        ledgers.remember(claimed.earlier);
        housekeeping.start(claimed.earlier, claimed.listening, claimed.suspect, claimed.suspectUntilMillis);
    }

    /**
     * Checks the guards, takes the port block, and enters what is already known into the ledgers.
     *
     * @param loops the event loops that will connect
     * @throws PortsUnavailableException if the ports overlap the kernel's own, or another instance has them
     */
    public static OutgoingPorts open(PortSettings settings, Transport transport, EventLoopGroup loops) {
        return open(ClaimedPorts.claim(settings), transport, loops);
    }

    /**
     * Enters what is known of the ports into ledgers, of which can be leased from then on.
     *
     * @param claimed belongs to the result, which closes it
     * @param loops the event loops that will connect
     */
    public static OutgoingPorts open(ClaimedPorts claimed, Transport transport, EventLoopGroup loops) {
        try {
            return new OutgoingPorts(claimed, transport, loops);
        } catch (RuntimeException e) {
            claimed.close();
            throw e;
        }
    }

    /** Who is told of every connection; set it before the first one. */
    public void listen(ConnectionListener to) {
        listener = to;
    }

    public PortLedgers ledgers() {
        return ledgers;
    }

    public Transport transport() {
        return transport;
    }

    public UsablePorts usable() {
        return usable;
    }

    /** What this host lacks or could do better, one sentence each; to be logged once. */
    public List<String> advice() {
        return advice;
    }

    /** TIME_WAIT sockets destroyed since the start. */
    public long destroyedCount() {
        return check.destroyedCount() + housekeeping.relievedCount();
    }

    Optional<EndingJournal> journal() {
        return journal;
    }

    void opened(LeasedConnection connection, long leasedMillis) {
        tell(() -> listener.opened(connection, leasedMillis));
    }

    void closed(LeasedConnection connection, Ending ending, long releasedMillis) {
        tell(() -> listener.closed(connection, ending, releasedMillis));
    }

    /** Who only listens must not decide over a connection. */
    private static void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener to connections failed", e);
        }
    }

    LoopTools tools() {
        return tools.get();
    }

    TupleCheck.Answer check(Lease lease) {
        return lease.preparation() == Preparation.NONE ? TupleCheck.Answer.READY : check.prepare(lease, tools().diag());
    }

    boolean destroyAfterRefusal(Lease lease) {
        return ledgers.mayDestroy() && check.destroyAfterRefusal(lease, tools().diag()) == TupleCheck.Answer.READY;
    }

    void leased(Lease lease) {
        if (journal.isPresent()) {
            journal.get().leased(lease.sourcePort());
        }
    }

    /** The lease of a socket that was refused before it sent anything; what becomes of the four-tuple is not said here. */
    void neverOpened(Lease lease) {
        if (journal.isPresent()) {
            journal.get().released(lease.sourcePort());
        }
    }

    void release(Lease lease, Ending ending, long nowMillis) {
        if (journal.isPresent()) {
            EndingJournal file = journal.get();
            if (rule.kernelState(ending) == KernelState.NOTHING) {
                file.write(
                        lease.source(),
                        lease.sourcePort(),
                        lease.destination(),
                        lease.floorMillis(ending, nowMillis),
                        nowMillis);
            }
            file.released(lease.sourcePort());
        }
        lease.release(ending, nowMillis);
    }

    /** Sends those who wait away and gives the port block back. To be called when the event loops have ended. */
    @Override
    public void close() {
        try (lock) {
            ledgers.stop(Clock.nowMillis());
            housekeeping.close();
            journal.ifPresent(EndingJournal::close);
        }
    }

    /**
     * Lets other floors apply from now on, to connections that end from now on; leases, ledgers and what cools are kept. Nothing else of the
     * settings can change without a new start. One thread at a time.
     */
    public void regulate(PortSettings next) {
        settings = next;
        policies.regulate(next);
        ledgers.regulate(policies::floors, Clock.nowMillis());
    }

    /** The floors that apply where no exception does. */
    public Floors floors() {
        return settings.floors();
    }
}

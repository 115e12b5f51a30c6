package dev.tidewait.netty;

import dev.tidewait.linux.FeatureProbes;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.Listeners;
import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockAnswer;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.linux.ProbeOutcome;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.KernelState;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.Preparation;
import dev.tidewait.ports.TimeWaitRule;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of this process in its network namespace: guarded, seeded from what the kernel and an earlier run know, leased by the
 * rule. Any thread. Close it when the event loops have ended.
 */
public final class OutgoingPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingPorts.class);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    /** Destinations of which each could use all ports within one floor, before the journal forgets an ending too early. */
    private static final int ENDINGS_PER_PORT = 4;

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

    private OutgoingPorts(
            PortSettings settings,
            Transport transport,
            UsablePorts usable,
            PortBlockLock lock,
            Optional<EndingJournal> journal,
            EventLoopGroup loops,
            boolean mayDestroy,
            List<String> advice) {
        this.settings = settings;
        this.transport = transport;
        this.usable = usable;
        this.lock = lock;
        this.journal = journal;
        this.advice = List.copyOf(advice);
        this.rule = new TimeWaitRule(settings.floors(), mayDestroy);
        SecureRandom random = new SecureRandom();
        PortOrder order = new PortOrder(usable.ports(), random.nextLong(), random.nextLong());
        int stripes = 0;
        for (var ignored : loops) {
            stripes++;
        }
        this.policies = new Policies(settings, order);
        this.ledgers = new PortLedgers(
                policies,
                new PortLedgers.Limits(
                        Math.max(1, stripes), mayDestroy, settings.mostDestinations(), settings.mostWaiting()),
                new LineTimer(loops.next()));
        this.housekeeping = new Housekeeping(
                ledgers, new BucketRelief(ledgers, mayDestroy, () -> this.settings.leastFloorMillis()));
    }

    /**
     * Checks the guards, takes the port block, and enters what is already known into the ledgers.
     *
     * @param loops the event loops that will connect
     * @throws PortsUnavailableException if the ports overlap the kernel's own, or another instance has them
     */
    public static OutgoingPorts open(PortSettings settings, Transport transport, EventLoopGroup loops) {
        List<String> advice = new ArrayList<>();
        UsablePorts usable;
        PortSet listening;
        try (SocketDiag diag = SocketDiag.open()) {
            listening = UsablePorts.toPortSet(Listeners.census(diag));
        }
        usable = UsablePorts.find(settings, listening, SettingNames.FILE);
        advice.addAll(usable.advice());
        PortBlockLock lock = acquire(usable.ports());
        Optional<EndingJournal> journal = Optional.empty();
        try {
            boolean mayDestroy = mayDestroy(advice);
            journal = openJournal(settings, usable.ports(), advice);
            OutgoingPorts ports =
                    new OutgoingPorts(settings, transport, usable, lock, journal, loops, mayDestroy, advice);
            ports.seed(listening);
            return ports;
        } catch (RuntimeException e) {
            journal.ifPresent(EndingJournal::close);
            lock.close();
            throw e;
        }
    }

    private static PortBlockLock acquire(PortSet ports) {
        return switch (PortBlockLock.acquire(PortBits.copyOf(ports.toBitSet()))) {
            case PortBlockLock acquired -> acquired;
            case PortBlockAnswer.HeldByAnother other -> throw new PortsUnavailableException(other.message(), true);
            case PortBlockAnswer.Failed failed ->
                throw new PortsUnavailableException(
                        "cannot take ports " + failed.block() + " for this process: " + failed.errno());
        };
    }

    private static boolean mayDestroy(List<String> advice) {
        return switch (FeatureProbes.destroyTimeWait(PROBE_LIMIT)) {
            case ProbeOutcome.Works ignored -> true;
            case ProbeOutcome.Refuses refuses -> {
                advice.add("TIME_WAIT without timestamps cannot be destroyed, such ports cool for 60 s: "
                        + refuses.reason() + " " + refuses.advice());
                yield false;
            }
            case ProbeOutcome.Untried untried -> {
                advice.add("whether TIME_WAIT can be destroyed could not be tried, so it is not: " + untried.reason()
                        + " " + untried.advice());
                yield false;
            }
        };
    }

    private static Optional<EndingJournal> openJournal(PortSettings settings, PortSet ports, List<String> advice) {
        String boot = Kernel.running().bootId();
        String name = EndingJournal.PREFIX + boot + "-" + NetworkNamespace.currentCookie() + "-" + ports.toArray()[0];
        List<String> tried = new ArrayList<>();
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        for (@Nullable String directory : new @Nullable String[] {"/run/tidewait", runtime}) {
            if (directory == null || directory.isEmpty()) {
                continue;
            }
            try {
                EndingJournal.removeOtherBoots(Path.of(directory), boot);
                int endings = ENDINGS_PER_PORT
                        * ports.size()
                        * Math.max(1, settings.sources().size());
                return Optional.of(EndingJournal.open(Path.of(directory, name), endings));
            } catch (IOException e) {
                tried.add(e.toString());
            }
        }
        advice.add("a start after a crash will not know which connections had just ended: " + String.join("; ", tried)
                + ". Make /run/tidewait writable (RuntimeDirectory=tidewait in the systemd unit)");
        return Optional.empty();
    }

    private void seed(PortSet listening) {
        long now = Clock.nowMillis();
        // Towards a port that somebody listens on now, TIME_WAIT is of connections to us; it is not leased, and looked
        // up later.
        Seeding seeding = new Seeding(usable.ports().minus(listening), now);
        seeding.fromKernel();
        PortSet live = PortSet.EMPTY;
        if (journal.isPresent()) {
            seeding.fromJournal(journal.get().past(now));
            live = journal.get().takeLive(now, now + settings.floors().unknownMillis());
        }
        EarlierRun.Finds finds = seeding.finds();
        if (finds.count() > 0 || !live.isEmpty()) {
            LOG.info(
                    "found {} four-tuples of an earlier run that still cool, {} ports that were in use when it ended",
                    finds.count(),
                    live.size());
        }
        EarlierRun earlier = new EarlierRun(finds);
        ledgers.remember(earlier);
        housekeeping.start(earlier, listening, live, now + settings.floors().unknownMillis());
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

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
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.PortSet;
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
 * Source ports that passed the guards and belong to this process, with what the kernel and an earlier run know of them; nobody can lease them
 * yet. Needs no event loop and no class of Netty's, so that a start may do this while those are made. Used by one thread; closed only where
 * no {@link OutgoingPorts} are made of it.
 */
public final class ClaimedPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimedPorts.class);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    /** Destinations of which each could use all ports within one floor, before the journal forgets an ending too early. */
    private static final int ENDINGS_PER_PORT = 4;

    final PortSettings settings;
    final UsablePorts usable;
    final PortOrder order;
    /** Ports that somebody listens on now. */
    final PortSet listening;
    /** Ports that were in use when an earlier run ended, to be left alone until {@link #suspectUntilMillis}. */
    final PortSet suspect;

    final long suspectUntilMillis;
    final EarlierRun earlier;
    final boolean mayDestroy;
    final PortBlockLock lock;
    final Optional<EndingJournal> journal;
    final List<String> advice;

    private ClaimedPorts(
            PortSettings settings,
            UsablePorts usable,
            PortSet listening,
            PortBlockLock lock,
            Optional<EndingJournal> journal,
            boolean mayDestroy,
            List<String> advice) {
        this.settings = settings;
        this.usable = usable;
        this.listening = listening;
        this.lock = lock;
        this.journal = journal;
        this.mayDestroy = mayDestroy;
        this.advice = List.copyOf(advice);
        SecureRandom random = new SecureRandom();
        this.order = new PortOrder(usable.ports(), random.nextLong(), random.nextLong());
        long now = Clock.nowMillis();
        this.suspectUntilMillis = now + settings.floors().unknownMillis();
        // Towards a port that somebody listens on now, TIME_WAIT is of connections to us; it is not leased, and looked
        // up later.
        Seeding seeding = new Seeding(usable.ports().minus(listening), now);
        seeding.fromKernel();
        PortSet live = PortSet.EMPTY;
        if (journal.isPresent()) {
            seeding.fromJournal(journal.get().past(now));
            live = journal.get().takeLive(now, suspectUntilMillis);
        }
        this.suspect = live;
        EarlierRun.Finds finds = seeding.finds();
        if (finds.count() > 0 || !live.isEmpty()) {
            LOG.info(
                    "found {} four-tuples of an earlier run that still cool, {} ports that were in use when it ended",
                    finds.count(),
                    live.size());
        }
        this.earlier = new EarlierRun(finds);
    }

    /**
     * Checks the guards, takes the port block, and looks at what is already known.
     *
     * @throws PortsUnavailableException if the ports overlap the kernel's own, or another instance has them
     */
    public static ClaimedPorts claim(PortSettings settings) {
        PortSet listening;
        try (SocketDiag diag = SocketDiag.open()) {
            listening = UsablePorts.toPortSet(Listeners.census(diag));
        }
        UsablePorts usable = UsablePorts.find(settings, listening, SettingNames.FILE);
        List<String> advice = new ArrayList<>(usable.advice());
        PortBlockLock lock = acquire(usable.ports());
        Optional<EndingJournal> journal = Optional.empty();
        try {
            boolean mayDestroy = mayDestroy(advice);
            journal = openJournal(settings, usable.ports(), advice);
            return new ClaimedPorts(settings, usable, listening, lock, journal, mayDestroy, advice);
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
        String name = EndingJournal.PREFIX + boot + "-" + NetworkNamespace.currentCookie() + "-" + ports.lowest();
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

    /** Gives everything back. */
    @Override
    public void close() {
        try (lock) {
            journal.ifPresent(EndingJournal::close);
        }
    }
}

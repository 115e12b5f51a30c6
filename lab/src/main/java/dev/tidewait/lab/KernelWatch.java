package dev.tidewait.lab;

import dev.tidewait.linux.DiagVisitor;
import dev.tidewait.linux.DumpAnswer;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpCounters;
import dev.tidewait.linux.TcpState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the kernel of one namespace says: TIME_WAIT sockets now, and counters since this watch began. Immutable; any thread.
 */
public final class KernelWatch {
    private static final Path SOFTNET = Path.of("/proc/net/softnet_stat");
    private static final int SOFTNET_DROPPED = 1;
    private static final long TIME_WAIT_MILLIS = 60_000;

    private final Namespace namespace;
    private final TcpCounters countersAtStart;
    private final long backlogDropsAtStart;

    private KernelWatch(Namespace namespace) {
        this.namespace = namespace;
        this.countersAtStart = counters();
        this.backlogDropsAtStart = backlogDrops();
    }

    /** Takes the counters as they are now. */
    public static KernelWatch start(Namespace namespace) {
        return new KernelWatch(namespace);
    }

    /** TIME_WAIT sockets of the namespace, from /proc/net/sockstat: cheap, but FIN_WAIT2 orphans count too. */
    public long timeWaitCount() {
        return counters().timeWaitCount();
    }

    /**
     * TIME_WAIT sockets towards a destination port, counted one by one; costs 10 ms of a core and more.
     *
     * @param destinationPort remote port
     */
    public long timeWaitTowards(int destinationPort) {
        return dumpTimeWait(destinationPort, entry -> {});
    }

    /**
     * Age of the oldest TIME_WAIT socket towards a destination port: what its timer of 60 s has run down.
     *
     * @return in milliseconds; 0 if there is none
     */
    public long oldestTimeWaitMillis(int destinationPort) {
        AtomicLong oldest = new AtomicLong();
        dumpTimeWait(
                destinationPort, entry -> oldest.accumulateAndGet(TIME_WAIT_MILLIS - entry.timerMillis(), Math::max));
        return oldest.get();
    }

    /** @return how many there are */
    private long dumpTimeWait(int destinationPort, DiagVisitor visitor) {
        DumpAnswer answer = namespace.call(() -> {
            try (SocketDiag diag = SocketDiag.open()) {
                return diag.dump(DumpFilter.states(TcpState.TIME_WAIT).towards(destinationPort), visitor);
            }
        });
        return switch (answer) {
            case DumpAnswer.Complete complete -> complete.socketCount();
            case Refused refused -> throw new LabException("cannot count TIME_WAIT in " + namespace + ": " + refused);
        };
    }

    /** How the counters moved since the start. */
    public KernelReport report() {
        TcpCounters now = counters();
        return new KernelReport(
                now.timeWaitOverflows() - countersAtStart.timeWaitOverflows(),
                now.timeWaitTakenOver() - countersAtStart.timeWaitTakenOver(),
                now.resetsSent() - countersAtStart.resetsSent(),
                now.synRetransmissions() - countersAtStart.synRetransmissions(),
                now.segmentsRetransmitted() - countersAtStart.segmentsRetransmitted(),
                now.activeOpens() - countersAtStart.activeOpens(),
                backlogDrops() - backlogDropsAtStart);
    }

    private TcpCounters counters() {
        return namespace.call(TcpCounters::read);
    }

    /** Packets dropped before any protocol saw them, all CPUs (net.core.netdev_max_backlog); shared by all namespaces. */
    private static long backlogDrops() {
        try {
            return Files.readAllLines(SOFTNET).stream()
                    .mapToLong(line -> Long.parseLong(line.split(" ")[SOFTNET_DROPPED], 16))
                    .sum();
        } catch (IOException e) {
            throw new LabException("cannot read " + SOFTNET + ": " + e.getMessage(), e);
        }
    }
}

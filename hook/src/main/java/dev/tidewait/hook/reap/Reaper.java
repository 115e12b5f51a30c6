package dev.tidewait.hook.reap;

import dev.tidewait.linux.ActiveOpens;
import dev.tidewait.linux.CpuTime;
import dev.tidewait.linux.DestroyOutcome;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.SocketDiag;
import java.util.BitSet;
import java.util.function.LongSupplier;

/**
 * Destroys outgoing TIME_WAIT sockets of the network namespace in which it was opened, oldest first. Owned by the thread that opens it;
 * time is handed in, and only differences of it count.
 *
 * <p>Use: {@link #pass} at once, then whenever {@link #isDue} says so, which is to be asked again after
 * {@link #nanosUntilLook}; or leave that to {@link ReapLoop}.
 *
 * <p>Hazard: a destroyed socket takes its sequence and timestamp state with it, and whoever connects next on its four-tuple begins
 * without. That is why the floor without other knowledge is {@link ReapSettings#SAFE_FLOOR_MILLIS}, and why the hook, which lets the kernel
 * take sockets over instead, is the better cure where it can be used.
 *
 * <p>What can be destroyed at all: only what the kernel itself called TIME_WAIT together with the cookie that is sent back
 * ({@link dev.tidewait.linux.TimeWaitTable}). TIME_WAIT never goes back, and a new connection has another cookie; so at worst the
 * socket is gone. A mini-socket that still waits for the peer's FIN is called FIN_WAIT2 by the kernel and never gets into the table.
 */
public final class Reaper implements AutoCloseable {
    /** How often {@link #isDue} wants to be asked. */
    private static final long LOOK_NANOS = 100_000_000;

    private final ReapSettings settings;
    private final SocketDiag diag;
    private final ActiveOpens opens;
    private final ListeningPorts listening = new ListeningPorts();
    private final PassCost cost = new PassCost();
    private final OldestFirst oldestFirst = new OldestFirst();
    private final ReapAudit audit = new ReapAudit();
    private final DryRun dryRun;
    private final RateLimit rate;
    private final PassPlan plan;
    private final Census census;
    private int portCount;
    private boolean passed;
    private long passedNanos;
    private long opensAtPass;
    private double dueMillis;

    private Reaper(ReapSettings settings, long timeWaitMillis, SocketDiag diag, ActiveOpens opens) {
        this.settings = settings;
        this.diag = diag;
        this.opens = opens;
        dryRun = new DryRun(settings.dryRun());
        rate = new RateLimit(settings.ratePerSecond());
        plan = PassPlan.of(settings, cost);
        census = new Census(settings, timeWaitMillis, plan.leastAgeMillis(), listening, dryRun);
    }

    /**
     * Opens what it needs, without a look at the sockets yet.
     *
     * @param timeWaitMillis how long TIME_WAIT lasts here, or that it is not known: {@link ReapStart#timeWaitMillis()}
     * @throws ReapException if the kernel refuses
     */
    @SuppressWarnings("MustBeClosedChecker") // both live as long as the reaper; close() closes them
    public static Reaper open(ReapSettings settings, long timeWaitMillis) throws ReapException {
        try {
            SocketDiag diag = SocketDiag.open();
            try {
                return new Reaper(settings, timeWaitMillis, diag, ActiveOpens.open());
            } catch (RuntimeException e) {
                diag.close();
                throw e;
            }
        } catch (LinuxException e) {
            throw new ReapException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether it is time for the next pass; asks the kernel only for a counter. */
    public boolean isDue(long nowNanos) {
        if (!passed) {
            return true;
        }
        double sinceMillis = (nowNanos - passedNanos) / 1e6;
        return sinceMillis >= dueMillis
                || (sinceMillis >= cost.shortestMillis()
                        && plan.isPressed(census.pairs, portCount, sinceMillis, opens.read() - opensAtPass));
    }

    /**
     * Between two passes: notes who listens, once a second.
     *
     * @throws ReapException if the kernel refuses to list them
     */
    public void watchListeners(long nowNanos) throws ReapException {
        listening.watch(diag, nowNanos);
    }

    /** When to ask {@link #isDue} again. */
    public long nanosUntilLook(long nowNanos) {
        long untilDueNanos = (long) (dueMillis * 1e6) - (nowNanos - passedNanos);
        return Math.clamp(untilDueNanos, 0, LOOK_NANOS);
    }

    /**
     * Looks at all sockets and destroys those that are to go. If it fails half-way, what was done until then is counted.
     *
     * @param nanoTime asked when the pass begins, and after its removals
     * @throws ReapException if the kernel refuses to list or to destroy
     */
    public void pass(LongSupplier nanoTime) throws ReapException {
        long nowNanos = nanoTime.getAsLong();
        long began = CpuTime.ofThisThreadNanos();
        opensAtPass = opens.read();
        listening.look(diag, nowNanos);
        portCount = countPorts();
        census.take(diag);
        for (int i = 0; i < census.pairs.size(); i++) {
            Pair pair = census.pairs.get(i);
            pair.wanted = pair.chosen ? plan.wanted(pair, portCount) : 0;
            pair.stillWanted = pair.wanted;
        }
        int allowed = rate.allowed(nowNanos);
        oldestFirst.pick(census, allowed);
        cost.add(CpuTime.ofThisThreadNanos() - began);

        try {
            destroyPicked();
        } finally {
            audit.add(census, portCount);
        }
        long doneNanos = nanoTime.getAsLong();
        rate.add(oldestFirst.count(), doneNanos);
        dueMillis = dueMillis(nowNanos, doneNanos, oldestFirst.count() == allowed);
        passedNanos = nowNanos;
        passed = true;
    }

    /** What was done so far; the counters are those of the last pass. */
    public ReapSnapshot snapshot() {
        return audit.snapshot(settings.dryRun(), portCount, cost.millis());
    }

    @Override
    public void close() {
        opens.close();
        diag.close();
    }

    private void destroyPicked() throws ReapException {
        int[] rows = oldestFirst.rows();
        int count = oldestFirst.count();
        if (dryRun.isOn()) {
            dryRun.end(rows, count);
            for (int i = 0; i < count; i++) {
                destroyed(census.pairOf(rows[i]), rows[i]);
            }
            return;
        }
        for (int from = 0; from < count; from += SocketDiag.BATCH) {
            int to = Math.min(from + SocketDiag.BATCH, count);
            diag.destroy(census.table, rows, from, to);
            for (int i = from; i < to; i++) {
                count(census.pairOf(rows[i]), rows[i]);
            }
            Courtesy.giveWay();
        }
    }

    private void count(Pair pair, int row) throws ReapException {
        switch (census.table.outcome(row)) {
            case DestroyOutcome.Destroyed ignored -> destroyed(pair, row);
            case DestroyOutcome.AlreadyGone ignored -> pair.vanished++;
            case DestroyOutcome.NotPermitted ignored -> throw new ReapException(ReapStart.NOT_PERMITTED);
            case DestroyOutcome.Unsupported ignored -> throw new ReapException(ReapStart.unsupported());
            case DestroyOutcome.Failed ignored -> pair.failed++;
        }
    }

    private void destroyed(Pair pair, int row) {
        pair.destroyed++;
        pair.youngestDestroyedMillis = Math.min(pair.youngestDestroyedMillis, census.ageMillis(row));
    }

    /** From this pass's begin to the next one's, ms. */
    private double dueMillis(long beganNanos, long doneNanos, boolean limited) {
        double due = plan.longestMillis();
        for (int i = 0; i < census.pairs.size(); i++) {
            Pair pair = census.pairs.get(i);
            if (pair.chosen) {
                due = Math.min(due, plan.dueMillis(pair, portCount));
            }
        }
        if (!limited) {
            return due;
        }
        double untilAllowed = (doneNanos - beganNanos) / 1e6 + rate.waitMillis(doneNanos);
        return Math.min(due, Math.max(untilAllowed, cost.shortestMillis()));
    }

    /** Those that a connect() can use: nobody listens on them. */
    private int countPorts() {
        BitSet ports = settings.ports().toBitSet();
        int count = 0;
        for (int port = ports.nextSetBit(0); port >= 0; port = ports.nextSetBit(port + 1)) {
            if (!listening.isSpared(port)) {
                count++;
            }
        }
        return count;
    }
}

package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.linux.BpfMap;
import dev.tidewait.linux.BpfRingBuffer;
import dev.tidewait.linux.BpfRunTime;
import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.TcpCounters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Watches the late segments that come in by one network device, for connections of the network namespace in which it was opened. Owned by one thread,
 * which calls {@link #look} often (four times a second keeps up with 65,536 late segments a second).
 *
 * <p>The kernel's side sees every segment and every end of a connection; only late ones reach this side, one event each, with their age to the
 * nanosecond. A segment is late if it meets a TIME_WAIT socket, or no connection where one has ended that is still remembered. The age is that since
 * the end that was seen. For a TIME_WAIT socket whose beginning was not, it is the age by its timer (to a tick, 1 to 10 ms); since each late segment may
 * start the timer anew, the end that follows from it is written down at the first one.
 */
public final class LiveWatch implements AutoCloseable {
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_PREFIXES_READ = 20_000;

    /** Of segments that a connection did not take, of any incarnation. */
    private static final List<String> COUNTERS = List.of(
            "TcpExtPAWSEstab",
            "TcpExtPAWSTimewait",
            "TcpExtTSEcrRejected",
            "TcpExtTCPACKSkippedPAWS",
            "TcpExtTCPACKSkippedSeq",
            "TcpExtTCPACKSkippedTimeWait",
            "TcpExtTCPChallengeACK",
            "TcpExtTCPSYNChallenge",
            "TcpExtTWRecycled",
            "TcpExtTW",
            "TcpExtTWKilled",
            "TcpExtTCPTimeWaitOverflow");

    private final LiveSettings settings;
    private final LivePrograms programs;
    private final LiveCounts counts;
    private final BpfRingBuffer events;
    private final EndsHistory history;
    private final TcpCounters countersBefore;
    private final long beganNanos;
    private long sampledNanos;

    private LiveWatch(LiveSettings settings, LivePrograms programs, long nowNanos, Consumer<LateEvent> witness)
            throws LiveException {
        history = new EndsHistory(settings.remembered(), BpfMap.possibleCpus());
        this.settings = settings;
        this.programs = programs;
        counts = new LiveCounts(settings);
        events = new BpfRingBuffer(programs.map("events"), event -> take(LateEvent.read(event), witness));
        countersBefore = TcpCounters.read();
        beganNanos = nowNanos;
        sample(nowNanos);
    }

    /**
     * Begins.
     *
     * @param nowNanos of {@link System#nanoTime()}, as in all calls here
     * @throws LiveException the build made no programs, or so few connections are to be remembered that none is sure to be
     * @throws LinuxException there is no such device, a right is missing, or the kernel or libbpf is too old
     */
    public static LiveWatch open(LiveSettings settings, long nowNanos) throws LiveException {
        return open(settings, nowNanos, event -> {});
    }

    /** @param witness also gets each event */
    static LiveWatch open(LiveSettings settings, long nowNanos, Consumer<LateEvent> witness) throws LiveException {
        LivePrograms programs = LivePrograms.attach(settings);
        try {
            return new LiveWatch(settings, programs, nowNanos, witness);
        } catch (RuntimeException | LiveException e) {
            programs.close();
            throw e;
        }
    }

    /** Takes in what has come. */
    public void look(long nowNanos) {
        events.consume();
        if (nowNanos - sampledNanos >= SAMPLE_NANOS) {
            sample(nowNanos);
        }
    }

    private void take(LateEvent event, Consumer<LateEvent> witness) {
        counts.count(event);
        witness.accept(event);
    }

    private KernelTotals sample(long nowNanos) {
        KernelTotals totals = KernelTotals.read(programs.map("totals"));
        history.add(nowNanos, totals);
        sampledNanos = nowNanos;
        return totals;
    }

    /** All until now but the prefixes. */
    public LiveSnapshot snapshot(long nowNanos) {
        events.consume();
        KernelTotals totals = sample(nowNanos);
        List<LiveClass> classes = classes(totals);
        return new LiveSnapshot(
                settings.device(),
                nowNanos - beganNanos,
                classes,
                sample(classes, LiveEnding::isWhole, totals.reusedWhole()),
                sample(classes, LiveEnding.BROKEN::equals, totals.reusedBroken()),
                totals.reusedWhole(),
                totals.reusedBroken(),
                counts.rejected(),
                history.memoryNanos(),
                totals.segments(),
                totals.lost(),
                totals.unread(),
                growth());
    }

    /**
     * How often each program in the kernel has run, and for how long, by its name; both only grow while a
     * {@link dev.tidewait.linux.BpfStatistics} is open.
     */
    public Map<String, BpfRunTime> runTimes() {
        return programs.runTimes();
    }

    private List<LiveClass> classes(KernelTotals totals) {
        List<LiveClass> classes = new ArrayList<>();
        for (LiveEnding ending : LiveEnding.values()) {
            for (RoundTripClass roundTrip : RoundTripClass.values()) {
                classes.add(new LiveClass(
                        ending,
                        roundTrip,
                        totals.ended(ending, roundTrip),
                        counts.late(ending, roundTrip),
                        counts.latest(ending, roundTrip),
                        counts.latestNeeding(ending, roundTrip)));
            }
        }
        return classes;
    }

    /** Segments come in only: after an end that the peer began, or nobody knows who, they go to the end that did not close first. */
    private LateSample sample(List<LiveClass> classes, Predicate<LiveEnding> which, AgeCounts reused) {
        LateHistogram towardsFirst = LateHistogram.NONE;
        LateHistogram towardsOther = LateHistogram.NONE;
        AgeCounts latest = AgeCounts.NONE;
        AgeCounts latestNeeding = AgeCounts.NONE;
        for (LiveClass one : classes) {
            if (which.test(one.ending())) {
                boolean first = one.ending() == LiveEnding.WE_FIRST;
                towardsFirst = first ? towardsFirst.plus(one.late()) : towardsFirst;
                towardsOther = first ? towardsOther : towardsOther.plus(one.late());
                latest = latest.plus(one.latest());
                latestNeeding = latestNeeding.plus(one.latestNeeding());
            }
        }
        AgeCounts watched = history.watched(which.test(LiveEnding.WE_FIRST), reused, latest, latestNeeding);
        return new LateSample(towardsFirst, towardsOther, watched, latest, latestNeeding);
    }

    /**
     * Where late segments of connections with both FINs came from, most first; some milliseconds of CPU where there are thousands of prefixes. Those
     * beyond the first thousand are left out. Holds addresses.
     */
    public List<PrefixRow> prefixes() {
        Map<RemotePrefix, Long> ended = new HashMap<>();
        programs.map("prefixes")
                .forEach(
                        MOST_PREFIXES_READ,
                        (key, value) -> ended.put(
                                settings.prefixOf(LiveLayout.address(key, 0)), value.get(LiveLayout.LONG, 0)));
        List<PrefixRow> rows = new ArrayList<>();
        counts.prefixes()
                .forEach((prefix, late) -> rows.add(new PrefixRow(prefix, ended.getOrDefault(prefix, 0L), late)));
        rows.sort(Comparator.comparingLong((PrefixRow row) -> row.late().all().total())
                .reversed()
                .thenComparing(row -> row.prefix().toString()));
        return rows;
    }

    private Map<String, Long> growth() {
        TcpCounters now = TcpCounters.read();
        Map<String, Long> growth = new HashMap<>();
        for (String name : COUNTERS) {
            now.growth(name, countersBefore).ifPresent(value -> growth.put(name, value));
        }
        return growth;
    }

    /** Ends; nothing is left in the kernel. */
    @Override
    public void close() {
        try {
            events.close();
        } finally {
            programs.close();
        }
    }
}

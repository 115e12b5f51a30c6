package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.BucketUse;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.Danger;
import dev.tidewait.doctor.host.HostFacts;
import java.util.List;
import java.util.OptionalLong;

/** tcp_max_tw_buckets too small, or nearly full. */
final class BucketLimit implements Check {
    private static final String KEY = "net.ipv4.tcp_max_tw_buckets";

    /** Of the limit. */
    private static final double NEARLY_FULL = 0.9;

    private static final double FILLING = 0.75;

    /** The limit counts if at least this part of it is used; a small host with few connections has a small limit by default. */
    private static final double IN_USE = 0.25;

    /** TIME_WAIT lives 60.1 to 62.1 s: the kernel's timer wheel fires late. */
    private static final double LIFE_SECONDS = 62;

    private static final long SMALLEST_ADVICE = 131_072;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "tw-buckets",
                KEY
                        + ": how many TIME_WAIT sockets this network namespace may have, those of incoming connections included.",
                "sockets",
                "half of the TCP hash table, 131,072 on many hosts: 2,184 closes a second",
                "Beyond the limit the kernel drops the newest TIME_WAIT, the one that protects most: the port is free at once, and a late segment or a"
                        + " repeated FIN meets a reset or the next connection. Lowering the limit to get rid of TIME_WAIT switches the protection off.",
                "Linux inet_twsk_alloc(); counter TCPTimeWaitOverflow");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        OptionalLong limit = limit(facts, census);
        if (limit.isEmpty()) {
            return List.of();
        }
        long max = limit.getAsLong();
        Severity severity = severity(max, census.buckets(), facts);
        if (severity == Severity.OK) {
            return explanation()
                    .fine(Figures.count(census.timeWaitCount()) + " of at most " + Figures.count(max)
                            + " TIME_WAIT sockets");
        }
        return explanation()
                .found(
                        severity,
                        title(severity, max, census.buckets()),
                        evidence(max, census, facts),
                        fix(census, facts));
    }

    private static Severity severity(long max, BucketUse use, HostFacts facts) {
        double seconds = seconds(max, use);
        if (use.timeWaitCount() >= NEARLY_FULL * max || seconds <= Pressure.TROUBLE_SECONDS) {
            return Severity.TROUBLE;
        }
        if (use.timeWaitCount() >= FILLING * max || seconds <= Danger.NEAR_SECONDS) {
            return Severity.WARNING;
        }
        if (max >= facts.ports().usableCount()) {
            return Severity.OK;
        }
        return use.timeWaitCount() >= IN_USE * max || !facts.linesOf(KEY).isEmpty() ? Severity.WARNING : Severity.NOTE;
    }

    private static String title(Severity severity, long max, BucketUse use) {
        double seconds = seconds(max, use);
        if (severity == Severity.TROUBLE || use.timeWaitCount() >= FILLING * max) {
            return "tcp_max_tw_buckets is nearly reached: the newest TIME_WAIT will be dropped";
        }
        return seconds <= Danger.NEAR_SECONDS
                ? "tcp_max_tw_buckets will be reached in " + Figures.time(seconds)
                : "tcp_max_tw_buckets is smaller than the ports of one destination";
    }

    private static List<String> evidence(long max, CensusReport census, HostFacts facts) {
        BucketUse use = census.buckets();
        return List.of(
                Figures.count(use.timeWaitCount()) + " of " + Figures.count(max) + " ("
                        + Figures.share(use.timeWaitCount(), max) + "): " + Figures.count(use.outgoingCount())
                        + " of outgoing connections, " + Figures.count(use.incomingCount()) + " of incoming ones",
                Figures.rate(use.perSecond()) + " become TIME_WAIT beyond those that connect() takes over, and "
                        + Figures.count(max) + " carry " + Figures.rate(max / LIFE_SECONDS),
                "connect() has " + Figures.count(facts.ports().usableCount()) + " ports for each destination");
    }

    private static OptionalLong limit(HostFacts facts, CensusReport census) {
        return census.maxTwBuckets().isPresent()
                ? census.maxTwBuckets()
                : facts.timeWait().maxBuckets();
    }

    /** At least twice what is needed and what there is now: the power of two from there on. */
    static Fix fix(CensusReport census, HostFacts facts) {
        long needed = Math.max(
                Math.max(facts.ports().usableCount(), limit(facts, census).orElse(0)),
                Math.max(census.timeWaitCount(), (long) (census.buckets().perSecond() * LIFE_SECONDS)));
        long wanted = Math.min(
                Integer.MAX_VALUE, Math.max(SMALLEST_ADVICE, Long.highestOneBit(2 * Math.max(1, needed) - 1) << 1));
        return SysctlFix.set(
                facts,
                KEY,
                Long.toString(wanted),
                "Up to " + Figures.count(wanted) + " TIME_WAIT sockets: " + Figures.rate(wanted / LIFE_SECONDS)
                        + " closes that are not taken over.",
                "Kernel memory, only as far as it is used: about a quarter of a kilobyte each, "
                        + Figures.count(wanted / 4_096) + " MB when full.");
    }

    private static double seconds(long max, BucketUse use) {
        return Pressure.foreseen(use.exhaustion(), use.timeWaitCount(), max);
    }
}

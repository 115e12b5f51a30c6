package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.SysctlLine;
import java.util.ArrayList;
import java.util.List;

/** tcp_fin_timeout was lowered, mostly in the belief that it shortens TIME_WAIT. */
final class FinTimeoutMyth implements Check {
    private static final String KEY = "net.ipv4.tcp_fin_timeout";

    /** The kernel's default, in seconds. */
    private static final int DEFAULT_SECONDS = 60;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "fin-timeout",
                KEY
                        + ": how long a connection that this host has closed, and the peer has not, stays in FIN_WAIT2 without a process.",
                "seconds",
                "60",
                "It is often advised \"against TIME_WAIT\", which it does not touch: that is a constant of the kernel's source, 60 s, without a setting.",
                "Linux TCP_TIMEWAIT_LEN, tcp_fin_time(); tcp(7)");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<SysctlLine> lines =
                facts.linesOf(KEY).stream().filter(FinTimeoutMyth::isLowered).toList();
        boolean lowered = facts.timeWait().finTimeoutSeconds().orElse(DEFAULT_SECONDS) < DEFAULT_SECONDS;
        if (!lowered && lines.isEmpty()) {
            return explanation().fine("tcp_fin_timeout is not lowered");
        }
        List<String> evidence = new ArrayList<>();
        facts.timeWait().finTimeoutSeconds().ifPresent(seconds -> evidence.add(KEY + " is " + seconds));
        lines.forEach(line -> evidence.add(line.toString()));
        evidence.add(Figures.count(
                        census.outgoing().finWait2() + (long) census.incoming().finWait2())
                + " sockets are in FIN_WAIT2, " + Figures.count(census.timeWaitCount()) + " in TIME_WAIT");
        return explanation()
                .found(
                        Severity.NOTE,
                        "tcp_fin_timeout is lowered, which does not shorten TIME_WAIT",
                        evidence,
                        new Fix(
                                "Nothing, if it was meant against FIN_WAIT2.",
                                lowered ? List.of(SysctlFix.now(KEY, Integer.toString(DEFAULT_SECONDS))) : List.of(),
                                SysctlFix.commentOut(facts, lines),
                                "Peers have 60 s again to close their end.",
                                "More sockets in FIN_WAIT2 where peers are slow to close; they count against tcp_max_tw_buckets."));
    }

    private static boolean isLowered(SysctlLine line) {
        try {
            return Integer.parseInt(line.value()) < DEFAULT_SECONDS;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}

package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.SysctlLine;
import java.util.ArrayList;
import java.util.List;

/** tcp_tw_recycle in the files that boot applies, or even on. */
final class RecycleMyth implements Check {
    private static final String KEY = "net.ipv4.tcp_tw_recycle";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "tw-recycle",
                KEY + " in the files that boot applies.",
                "0 off, 1 on",
                "gone since Linux 4.12",
                "It refused SYN segments whose timestamp was older than one seen from the same address, and so locked out all but one client behind each NAT."
                        + " Newer kernels have no such setting: applying the file ends with an error, and nothing is gained.",
                "Linux 4396e46187ca (removed in 4.12), 95a22caee396 (why it could no longer work)");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<SysctlLine> lines = facts.linesOf(KEY);
        boolean on = facts.timeWait().twRecycle().orElse(0) != 0;
        if (!on && lines.isEmpty()) {
            return explanation().fine("tcp_tw_recycle is not used");
        }
        List<String> evidence = new ArrayList<>();
        evidence.add(
                on
                        ? KEY + " is on: of several clients behind one NAT only one gets through"
                        : "Linux " + facts.kernel().release() + " has no such setting");
        lines.forEach(line -> evidence.add(line.toString()));
        return explanation()
                .found(
                        on ? Severity.TROUBLE : Severity.WARNING,
                        on ? "tcp_tw_recycle locks out clients behind NAT" : "tcp_tw_recycle is set in vain",
                        evidence,
                        new Fix(
                                "Where it was meant for outgoing connections, see tw-reuse.",
                                on ? List.of(SysctlFix.now(KEY, "0")) : List.of(),
                                SysctlFix.commentOut(facts, lines),
                                on ? "Clients behind NAT get through." : "The file is applied without an error.",
                                "None."));
    }
}

package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.Conntrack;
import dev.tidewait.doctor.host.HostFacts;
import java.util.ArrayList;
import java.util.List;

/** The connection tracking table is nearly full. */
final class ConntrackLimit implements Check {
    private static final String KEY = "net.netfilter.nf_conntrack_max";
    private static final double NEARLY_FULL = 0.9;
    private static final double FILLING = 0.75;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "conntrack",
                KEY
                        + ": how many connections netfilter tracks, which it does for a stateful firewall and for NAT. Not by port but in all.",
                "connections",
                "262,144 on many hosts; a closed connection stays for 120 s",
                "When the table is full the kernel drops the SYN (\"nf_conntrack: table full, dropping packet\"), which looks like a network that loses"
                        + " packets. Entries of closed connections live twice as long as TIME_WAIT.",
                "Linux Documentation/networking/nf_conntrack-sysctl.rst");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        if (facts.conntrack().isEmpty()) {
            return List.of();
        }
        Conntrack table = facts.conntrack().get();
        if (table.max() == 0 || table.count() < FILLING * table.max()) {
            return explanation()
                    .fine(Figures.count(table.count()) + " of at most " + Figures.count(table.max())
                            + " tracked connections");
        }
        List<String> evidence = new ArrayList<>();
        evidence.add(Figures.count(table.count()) + " of " + Figures.count(table.max()) + " ("
                + Figures.share(table.count(), table.max()) + ")");
        table.timeWaitSeconds()
                .ifPresent(seconds ->
                        evidence.add("closed connections stay " + seconds + " s (nf_conntrack_tcp_timeout_time_wait)"));
        table.dropped()
                .ifPresent(dropped -> evidence.add(Figures.count(dropped, "packet was", "packets were")
                        + " dropped so far (drop in /proc/net/stat/nf_conntrack)"));
        return explanation()
                .found(
                        table.count() >= NEARLY_FULL * table.max() ? Severity.TROUBLE : Severity.WARNING,
                        "The connection tracking table is nearly full",
                        evidence,
                        fix(facts, Long.toString(2 * table.max())));
    }

    private static Fix fix(HostFacts facts, String max) {
        String change = "Twice as many connections can be tracked.";
        String risk =
                "About 320 bytes of kernel memory for each, and longer chains unless nf_conntrack_buckets is raised too.";
        if (!facts.isInitialNamespace()) {
            return Fix.byHand(
                    "On the host, in its initial network namespace: " + SysctlFix.now(KEY, max)
                            + " (here too, where the kernel lets it be written).",
                    change,
                    risk);
        }
        return ConntrackTimes.withModule(facts, SysctlFix.set(facts, KEY, max, change, risk));
    }
}

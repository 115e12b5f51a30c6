package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.SysctlLine;
import java.util.ArrayList;
import java.util.List;

/** net.ipv6.ip_local_port_range in the files that boot applies; there is no such setting. */
final class Ipv6RangeMyth implements Check {
    private static final String KEY = "net.ipv6.ip_local_port_range";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "ipv6-port-range",
                KEY + " in the files that boot applies.",
                "two ports",
                "no such setting",
                "The range of IPv4, net.ipv4.ip_local_port_range, counts for IPv6 too. Applying the file ends with an error, and whoever wrote it counts on a"
                        + " range that is not there.",
                "Documentation/networking/ip-sysctl.rst: \"Defines the local port range that is used by TCP and UDP\", IPv4 and IPv6");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<SysctlLine> lines = facts.linesOf(KEY);
        if (lines.isEmpty()) {
            return explanation().fine("No file sets a port range of IPv6, which there is not");
        }
        List<String> evidence = new ArrayList<>();
        lines.forEach(line -> evidence.add(line.toString()));
        evidence.add(MorePorts.RANGE + ", which counts for IPv6 too, is "
                + MorePorts.value(facts.ports().range()));
        return explanation()
                .found(
                        Severity.WARNING,
                        "net.ipv6.ip_local_port_range is set in vain: there is no such setting",
                        evidence,
                        new Fix(
                                "If the range was meant to be wider, set " + MorePorts.RANGE + ".",
                                List.of(),
                                SysctlFix.commentOut(facts, lines),
                                "The file is applied without an error.",
                                "None."));
    }
}

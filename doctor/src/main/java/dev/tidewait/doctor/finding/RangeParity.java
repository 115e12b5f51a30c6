package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.PortFacts;
import dev.tidewait.linux.PortRange;
import java.util.List;

/** The first and the last port of the range are both even or both odd. */
final class RangeParity implements Check {
    private static final int HIGHEST = 65_535;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "range-parity",
                "Whether net.ipv4.ip_local_port_range begins and ends with different parity. connect() first tries all ports with the parity of the"
                        + " first one, then the others; bind() to port 0 does it the other way round.",
                "even or odd",
                "32768 60999: even and odd",
                "With the same parity at both ends the number of ports is odd, the kernel rounds it down, and each search leaves one port out; the kernel"
                        + " says so in its log. An odd first port alone does no harm: then connect() takes the odd ports first. Once half of the ports"
                        + " are taken each connect() goes through that half before it finds one.",
                "Linux __inet_hash_connect(), 07f4c90062f8 (4.2); Documentation/networking/ip-sysctl.rst, ip_local_port_range");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        PortFacts ports = facts.ports();
        if (!ports.endsHaveSameParity()) {
            return explanation().fine("The port range " + ports.range() + " begins and ends with different parity");
        }
        PortRange better = better(ports.range());
        return explanation()
                .found(
                        Severity.NOTE,
                        "The port range begins and ends with the same parity: one port is left out",
                        List.of(
                                "net.ipv4.ip_local_port_range is " + MorePorts.value(ports.range()) + ", both "
                                        + (ports.range().lowest() % 2 == 0 ? "even" : "odd"),
                                "connect() takes the " + Figures.count(ports.firstParityCount()) + " "
                                        + (ports.range().lowest() % 2 == 0 ? "even" : "odd") + " ports first"),
                        SysctlFix.set(
                                facts,
                                MorePorts.RANGE,
                                MorePorts.value(better),
                                "The range begins and ends with different parity; each search sees all of its ports.",
                                "None for connections that are open: connect() goes on with the same parity first. "
                                        + (better.highest() > ports.range().highest()
                                                ? "Port " + better.highest()
                                                        + " is added: see that no service listens on it."
                                                : "Port " + ports.range().highest() + " is no longer chosen.")));
    }

    /**
     * The same first port: with another parity there, connect() would change over to the other half of the ports, and open connections would look as
     * if they had been bound early.
     */
    private static PortRange better(PortRange range) {
        return range.highest() < HIGHEST
                ? new PortRange(range.lowest(), range.highest() + 1)
                : new PortRange(range.lowest(), range.highest() - 1);
    }
}

package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.PortFacts;
import java.util.ArrayList;
import java.util.List;

/** connect() has few ports to choose from. */
final class NarrowRange implements Check {
    /** Fewer ports carry less than 273 new connections a second to one destination; Windows has so many. */
    private static final int FEW = 16_384;

    /** A narrow range up here is made by hand, to leave the ports below to a program that binds its own, such as Tidewait. */
    private static final int TOP = 60_000;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "narrow-range",
                "The ports that connect() may choose for one source and destination: net.ipv4.ip_local_port_range, less"
                        + " net.ipv4.ip_local_reserved_ports, less the ports on which services listen. It counts for IPv6 too.",
                "ports",
                "28,232 (32768 60999)",
                "Ports divided by 60 s are the new connections a second that one destination can have: 28,232 carry 470.",
                "Linux inet_csk_get_port(), __inet_hash_connect(); Documentation/networking/ip-sysctl.rst");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        PortFacts ports = facts.ports();
        int usable = ports.usableCount();
        if (usable >= FEW) {
            return explanation().fine(Figures.count(usable) + " ports for each source and destination");
        }
        List<String> evidence = new ArrayList<>();
        evidence.add(MorePorts.RANGE + " is " + MorePorts.value(ports.range()) + ": "
                + Figures.count(ports.range().portCount(), "port", "ports") + ", of which "
                + Figures.count(usable) + " can be used");
        evidence.add("they carry " + Figures.rate(usable / 60.0) + " new connections to one destination");
        if (!ports.ofTidewait().isEmpty()) {
            evidence.add("Tidewait owns ports here (" + ports.ofTidewait() + "); it does not need this range");
            return explanation()
                    .found(
                            Severity.NOTE,
                            "Programs outside Tidewait have " + Figures.count(usable, "port", "ports"),
                            evidence,
                            Fix.byHand(
                                    "Nothing, if all connections that count go through Tidewait.",
                                    "None.",
                                    "A wider range would overlap with Tidewait's ports."));
        }
        if (ports.range().lowest() >= TOP) {
            return explanation()
                    .found(
                            Severity.NOTE,
                            "connect() has only " + Figures.count(usable, "port", "ports")
                                    + " for each destination while Tidewait does not run",
                            evidence,
                            fix(facts)
                                    .withAdvice(
                                            "Nothing, if the range was narrowed for Tidewait or another program that"
                                                    + " binds ports of its own."));
        }
        return explanation()
                .found(
                        Severity.WARNING,
                        "connect() has only " + Figures.count(usable, "port", "ports") + " for each destination",
                        evidence,
                        fix(facts));
    }

    private static Fix fix(HostFacts facts) {
        if (MorePorts.with(facts.ports(), MorePorts.DEFAULT).usableCount() >= FEW) {
            return MorePorts.widen(facts, MorePorts.DEFAULT);
        }
        if (MorePorts.with(facts.ports(), MorePorts.WIDEST).usableCount() >= FEW) {
            return MorePorts.widen(facts, MorePorts.WIDEST);
        }
        return Fix.byHand(
                "Take ports out of " + MorePorts.RESERVED + ", which holds "
                        + Figures.count(facts.ports().reserved().portCount()) + ".",
                "connect() may choose them.",
                "They were reserved for something: ask whoever did.");
    }
}

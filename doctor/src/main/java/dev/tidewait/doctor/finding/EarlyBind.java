package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.SourceUse;
import dev.tidewait.doctor.host.HostFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs that bind() an address before connect() and so use up one port of the source for each connection, whatever the destination. */
final class EarlyBind implements Check {
    /** Fewer sockets could have their parity by chance. */
    private static final int ENOUGH_SOCKETS = 20;

    /** So many sockets to the second destination would share ports with the first if they could. */
    private static final int ENOUGH_TO_MEET = 100;

    /** Of the sockets of a destination, on ports that connect() takes first. */
    private static final double FEW = 0.1;

    /** Of the sockets outside the largest destination, on ports of their own from which on no port is shared. */
    private static final double NONE_SHARED = 0.98;

    /** Of the usable ports of the source. */
    private static final double NEARLY_FULL = 0.9;

    private static final String FIX =
            "Set IP_BIND_ADDRESS_NO_PORT before bind() (Linux 4.2), or leave bind() out and let the route choose the source. nginx (proxy_bind) and HAProxy"
                    + " (source) set it by themselves; Squid from version 6; Envoy from 2026 (upstream_bind_config); Netty:"
                    + " EpollChannelOption.IP_BIND_ADDRESS_NO_PORT.";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "early-bind",
                "Programs that bind() to an address and port 0 before connect() without IP_BIND_ADDRESS_NO_PORT. Known by their local ports: none is"
                        + " used for two destinations, and they have the parity that connect() takes last.",
                "distinct local ports of one source",
                "fewer ports than connections, because each port serves many destinations",
                "The kernel must give such a socket a port that nobody else has, before it knows the destination. So all destinations together have 28,232"
                        + " ports, not each of them. It is the most repeated mistake of proxies with several source addresses.",
                "ip(7), IP_BIND_ADDRESS_NO_PORT (Linux 4.2, 90c337da1524); Squid PR 1115, Envoy issue 44747, Netty PR 14196");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<Finding> findings = new ArrayList<>();
        for (SourceUse source : census.sources()) {
            List<DestinationUse> bound = census.destinations().stream()
                    .filter(use -> use.source().equals(source.source()) && isOnSecondParity(use))
                    .toList();
            if (bound.size() >= 2 || sharesNoPort(source, census)) {
                findings.add(finding(source, bound));
            }
        }
        return findings.isEmpty() ? explanation().fine("Ports are chosen at connect(), as far as they show") : findings;
    }

    private Finding finding(SourceUse source, List<DestinationUse> bound) {
        List<String> evidence = new ArrayList<>();
        evidence.add(source.source() + ": " + Figures.count(source.socketCount()) + " connections to "
                + Figures.count(source.destinationCount(), "destination", "destinations") + " on "
                + Figures.count(source.portCount()) + " different ports of " + Figures.count(source.usable())
                + "; with the parity that connect() takes first: " + Figures.count(source.firstParityPortCount()));
        bound.stream()
                .limit(3)
                .forEach(use -> evidence.add(use.destination() + ": " + Figures.count(use.inUse()) + " ports, "
                        + Figures.count(use.firstParityInUse()) + " with that parity"
                        + (use.owners().seen().isEmpty() ? "" : "; " + Pressure.owners(use))));
        boolean full = source.portCount() >= NEARLY_FULL * source.usable();
        return explanation()
                .finding(
                        full ? Severity.TROUBLE : Severity.WARNING,
                        "Connections from " + source.source() + " get their port at bind(): all destinations share "
                                + Figures.count(source.usable()) + " ports",
                        evidence,
                        Fix.byHand(
                                FIX,
                                "Each destination has all ports for itself.",
                                "connect() may then fail where bind() did before: the program must expect EADDRNOTAVAIL there."));
    }

    /** Nearly all its ports have the parity that connect() takes last. */
    static boolean isOnSecondParity(DestinationUse use) {
        return use.inUse() >= ENOUGH_SOCKETS && use.firstParityInUse() <= FEW * use.inUse();
    }

    /**
     * More than half of the ports are taken, so parity no longer tells; but two large destinations without one port in common do. The sockets of the
     * largest one cannot share ports with each other: only the others count.
     */
    private static boolean sharesNoPort(SourceUse source, CensusReport census) {
        int[] large = census.destinations().stream()
                .filter(use -> use.source().equals(source.source()) && !use.isTidewaits())
                .mapToInt(DestinationUse::inUse)
                .filter(inUse -> inUse >= ENOUGH_TO_MEET)
                .toArray();
        int largest = Arrays.stream(large).max().orElse(0);
        int shared = source.socketCount() - source.portCount();
        return large.length >= 2
                && 2L * source.socketCount() >= source.usable()
                && shared <= (1 - NONE_SHARED) * (source.socketCount() - largest);
    }
}

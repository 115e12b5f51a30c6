package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.ListeningPort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Services listen on ports that connect() may choose, and the ports are not reserved. */
final class ListeningInRange implements Check {
    private static final int MOST_NAMED = 20;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "listening-in-range",
                "Services that listen on a port inside net.ipv4.ip_local_port_range that is not in net.ipv4.ip_local_reserved_ports.",
                "ports",
                "none",
                "While the service runs, its port is only missing for connect(). But when it stops, an outgoing connection may take the port, and the"
                        + " service cannot start again (EADDRINUSE) until that connection and its TIME_WAIT are over.",
                "Documentation/networking/ip-sysctl.rst, ip_local_reserved_ports (Linux 2.6.35)");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<ListeningPort> inside = facts.ports().listeningInside();
        if (inside.isEmpty()) {
            return explanation().fine("No service listens inside the port range without a reservation");
        }
        // While few ports are taken, hardly a connection comes to sit on the port of a service that stops.
        boolean harmless = inside.stream().allMatch(ListeningPort::loopbackOnly)
                || census.destinations().stream().noneMatch(Pressure::isNoticeable);
        List<String> evidence = new ArrayList<>();
        evidence.add("in " + facts.ports().range() + ": "
                + inside.stream().limit(MOST_NAMED).map(ListeningInRange::text).collect(Collectors.joining(", "))
                + (inside.size() > MOST_NAMED ? " and " + (inside.size() - MOST_NAMED) + " more" : ""));
        evidence.add("`ss -Hltnp` names the programs");
        return explanation()
                .found(
                        harmless ? Severity.NOTE : Severity.WARNING,
                        Figures.count(inside.size(), "port", "ports")
                                + " on which a service listens may be taken by outgoing connections",
                        evidence,
                        SysctlFix.set(
                                facts,
                                MorePorts.RESERVED,
                                MorePorts.reserving(facts.ports()).toString(),
                                "connect() and bind() to port 0 no longer choose these ports; the services may still bind them.",
                                "None for what runs. A service that gets another port at each start (it binds to port 0) needs no reservation."));
    }

    private static String text(ListeningPort service) {
        return service.port() + " (uid " + service.userId() + (service.loopbackOnly() ? ", loopback only)" : ")");
    }
}

package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.Conntrack;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.NatWay;
import dev.tidewait.doctor.host.SourceNat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The ports of this host's NAT for one translated address and one destination are gone, or held longer than is needed. */
final class NatPorts implements Check {
    /** Of the ports, not to be had: the kernel tries 240 of them and then drops the SYN. */
    private static final double NEARLY_FULL = 0.9;

    private static final double FILLING = 0.5;

    /** Of the ports, held by closed connections; with fewer nobody notices for how long. */
    private static final double NOTICEABLE = 0.1;

    /** What a host behind the NAT holds itself. */
    private static final long TIME_WAIT_SECONDS = 60;

    /** The least that a NAT should keep a silent connection: 2 hours and 4 minutes (RFC 5382 REQ-5). */
    private static final long SILENT_SECONDS = 7_440;

    private static final String MORE_ADDRESSES =
            "More translated addresses have more ports: snat to FIRST-LAST instead of masquerade (nftables; iptables: -j SNAT --to-source FIRST-LAST).";

    private static final String FORGET_SOONER = "So that fewer are held by connections that died in silence: sysctl -w "
            + ConntrackTimes.SILENT + "='" + SILENT_SECONDS
            + "' (2 h 4 min, RFC 5382 REQ-5; the same in /etc/sysctl.d). It frees no port that is held now and helps only from now on:"
            + " the dead keep the time that their last packet gave them. A connection that is silent for longer needs keep-alive probes of TCP.";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "nat-ports",
                "The ports that the NAT of this host (masquerade, snat) has for one translated source address and one destination, and how long it keeps"
                        + " them: " + ConntrackTimes.CLOSED + ", " + ConntrackTimes.SILENT + ".",
                "ports; seconds",
                "64,512 ports (no setting; a rule may name fewer); 120 s after the close, 5 days in silence",
                "All hosts behind the NAT share these ports, and closed connections keep theirs twice as long as TIME_WAIT: 537 new connections a second to"
                        + " one destination. From Linux 6.5 on a closed one is taken over when no port is free. Without any the SYN is dropped, which"
                        + " looks like a network that loses packets (counter drop in /proc/net/stat/nf_conntrack). Only root sees the entries.",
                "Linux nf_nat_l4proto_unique_tuple(), 458972550287 (6.5); RFC 6888 REQ-8; RFC 5382 REQ-5");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        Optional<SourceNat> nat = facts.conntrack().flatMap(Conntrack::nat);
        if (nat.isEmpty()) {
            return List.of();
        }
        Conntrack table = facts.conntrack().orElseThrow();
        Optional<NatWay> worst = nat.get().ways().stream()
                .max(Comparator.comparing((NatWay way) -> severity(way, table, facts))
                        .thenComparingLong(NatWay::mappingCount));
        if (worst.isEmpty()) {
            return explanation().fine("No source address is translated here (NAT)");
        }
        NatWay way = worst.get();
        Severity severity = severity(way, table, facts);
        if (severity == Severity.OK) {
            return explanation()
                    .fine(Figures.count(nat.get().mappingCount(), "connection has", "connections have")
                            + " a translated source (NAT), at most " + Figures.count(way.mappingCount())
                            + " of them to one destination");
        }
        return explanation().found(severity, title(severity, way, table), evidence(way, table), fix(way, table, facts));
    }

    /** Ports that the next connection cannot have. */
    private static long blocked(NatWay way, HostFacts facts) {
        return facts.kernel().isAtLeast(6, 5) ? way.liveCount() : way.mappingCount();
    }

    private static Severity severity(NatWay way, Conntrack table, HostFacts facts) {
        long blocked = blocked(way, facts);
        if (blocked >= NEARLY_FULL * SourceNat.PORTS) {
            return Severity.TROUBLE;
        }
        if (blocked >= FILLING * SourceNat.PORTS) {
            return Severity.WARNING;
        }
        return way.closedCount() >= NOTICEABLE * SourceNat.PORTS && isLong(table) ? Severity.NOTE : Severity.OK;
    }

    private static boolean isLong(Conntrack table) {
        return table.timeWaitSeconds().orElse(0) > TIME_WAIT_SECONDS;
    }

    private static String title(Severity severity, NatWay way, Conntrack table) {
        String where = "from " + way.translated() + " to " + way.destination();
        return switch (severity) {
            case TROUBLE -> "The NAT of this host has hardly a port left " + where;
            case WARNING -> "More than half of the ports of this host's NAT are taken " + where;
            case NOTE, OK ->
                "The NAT of this host keeps ports for "
                        + table.timeWaitSeconds().orElse(0) + " s after the close, longer than TIME_WAIT, " + where;
        };
    }

    private static List<String> evidence(NatWay way, Conntrack table) {
        List<String> evidence = new ArrayList<>();
        evidence.add(Figures.count(way.mappingCount()) + " of " + Figures.count(SourceNat.PORTS) + " ports are taken ("
                + Figures.count(way.liveCount()) + " of live connections, " + Figures.count(way.closedCount())
                + " of closed ones), unless the rule names fewer ports");
        table.timeWaitSeconds()
                .ifPresent(seconds -> evidence.add(ConntrackTimes.CLOSED + " is " + seconds + ": the ports carry "
                        + rate(seconds) + " new connections to one destination"));
        table.establishedSeconds()
                .ifPresent(seconds -> evidence.add(ConntrackTimes.SILENT + " is " + seconds
                        + ": so long it keeps a connection that died in silence"));
        table.dropped()
                .ifPresent(dropped -> evidence.add(Figures.count(dropped, "packet was", "packets were")
                        + " dropped so far (drop in /proc/net/stat/nf_conntrack)"));
        return evidence;
    }

    /** What the ports carry if each is kept for so long. */
    private static String rate(long seconds) {
        return Figures.count(SourceNat.PORTS / seconds) + "/s";
    }

    /** What is closed can be held for a shorter time; for what is live only more ports help now. */
    private static Fix fix(NatWay way, Conntrack table, HostFacts facts) {
        if (way.closedCount() >= way.liveCount() && isLong(table)) {
            return ConntrackTimes.set(
                            facts,
                            ConntrackTimes.CLOSED,
                            TIME_WAIT_SECONDS,
                            "A port is free " + TIME_WAIT_SECONDS + " s after the close, as on the hosts behind: "
                                    + rate(TIME_WAIT_SECONDS)
                                    + " to one destination. Connections that have closed already keep their time.",
                            "RFC 6888 asks for 120 s: a segment that is later than " + TIME_WAIT_SECONDS
                                    + " s reaches whoever has the port by then.")
                    .withAdvice(MORE_ADDRESSES);
        }
        boolean keepsTheDead = table.establishedSeconds().orElse(0) > SILENT_SECONDS;
        return Fix.byHand(
                MORE_ADDRESSES + " Keep-alive in the programs behind it needs fewer ports."
                        + (keepsTheDead ? " " + FORGET_SOONER : ""),
                "Each address more has 64,512 ports for each destination; a client gets one of them by its own address. Connections that are open keep"
                        + " theirs.",
                "The destination sees more than one address of a client: sessions that are bound to an address break (nftables: persistent).");
    }
}

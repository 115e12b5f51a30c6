package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.Danger;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.PortFacts;
import dev.tidewait.doctor.host.TimeWaitFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** A destination for which the ports are gone, or soon will be. */
final class DestinationExhaustion implements Check {
    /** A host in trouble has it with many destinations at once; the worst ones say enough. */
    private static final int MOST_FINDINGS = 5;

    private static final String OTHER_WAYS =
            "Other ways: keep connections open (keep-alive, a pool); a further source address, or a further address of the destination; tidewait run,"
                    + " which reuses the port that has rested longest.";

    private static final String EARLY_BOUND =
            "Its ports look as if bind() had taken them before connect(): mend that first (see early-bind). ";

    private static final String TIDEWAITS_WAYS =
            "Give Tidewait more ports (sources.ports or --ports, or a narrower ip_local_port_range) or more addresses (sources.addresses, --source); keep"
                    + " connections open (http.keepAlive); let both ends use TCP timestamps, with which a port rests for 1 s, not for 5 or 15 s.";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "destination-exhaustion",
                "The ports left for one source and one destination (address and port), and when the last one will be taken.",
                "ports; seconds until none is left",
                "28,232 ports, which carry 470 new connections a second when each rests for 60 s",
                "Without a port connect() fails with EADDRNOTAVAIL (\"Cannot assign requested address\"), up to a minute at a time, while everything"
                        + " else on the host looks idle. The limit is one of each (source, destination), so the total of a host does not show it.",
                "RFC 9293 section 3.6.1; Linux TCP_TIMEWAIT_LEN; the forecast is the queue of TIME_WAIT timers (sock_diag, idiag_expires)");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<DestinationUse> near = census.destinations().stream()
                .filter(use -> Pressure.of(use) != Severity.OK)
                .toList();
        if (near.isEmpty()) {
            return explanation()
                    .fine("No destination is near the end of its ports ("
                            + Figures.count(census.destinations().size(), "destination", "destinations") + ")");
        }
        List<Finding> findings = new ArrayList<>();
        for (DestinationUse use : near.subList(0, Math.min(MOST_FINDINGS, near.size()))) {
            List<String> evidence = new ArrayList<>(Pressure.evidence(use));
            if (findings.size() == MOST_FINDINGS - 1 && near.size() > MOST_FINDINGS) {
                evidence.add(Figures.count(near.size() - MOST_FINDINGS) + " more destinations are as near");
            }
            findings.add(explanation().finding(Pressure.of(use), title(use), evidence, fix(facts, use)));
        }
        return findings;
    }

    private static String title(DestinationUse use) {
        OptionalDouble seconds = use.secondsToExhaustion();
        if (seconds.isEmpty() || seconds.getAsDouble() > Danger.NEAR_SECONDS) {
            return "Few ports are left from " + Pressure.way(use);
        }
        return seconds.getAsDouble() == 0
                ? "No port is left from " + Pressure.way(use)
                : "The ports from " + Pressure.way(use) + " will be gone in " + Figures.time(seconds.getAsDouble());
    }

    private static Fix fix(HostFacts facts, DestinationUse use) {
        if (use.isTidewaits()) {
            return Fix.byHand(
                    TIDEWAITS_WAYS,
                    "More four-tuples, or a shorter rest. Until then connections wait in line for a port (timeouts.portWait); under a hook the kernel"
                            + " chooses for them.",
                    "A NAT or firewall behind this host may have fewer ports than the host.");
        }
        // tcp_tw_reuse counts where connect() chooses the port, not where bind() has done so before.
        boolean isEarlyBound = EarlyBind.isOnSecondParity(use);
        String otherWays = isEarlyBound ? EARLY_BOUND + OTHER_WAYS : OTHER_WAYS;
        if (Pressure.isMostlyTimeWait(use)
                && !isEarlyBound
                && !Pressure.isLoopback(use.destination().address())
                && TwReuse.wouldWork(facts)) {
            return TwReuse.fix(facts).withAdvice(otherWays);
        }
        PortFacts widest = MorePorts.with(facts.ports(), MorePorts.WIDEST);
        if (facts.ports().ofTidewait().isEmpty()
                && widest.usableCount() > facts.ports().usableCount()) {
            return MorePorts.widen(facts, MorePorts.WIDEST).withAdvice(otherWays);
        }
        return Fix.byHand(
                otherWays,
                TimeWaitFacts.is(facts.timeWait().timestamps(), 0)
                        ? "Timestamps, once on, let connect() take over ports in TIME_WAIT (see timestamps)."
                        : "More four-tuples, or fewer connections.",
                "A NAT or firewall behind this host may have fewer ports than the host.");
    }
}

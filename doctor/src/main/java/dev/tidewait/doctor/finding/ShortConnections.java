package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.TimeWaitSide;
import dev.tidewait.doctor.host.HostFacts;
import java.util.ArrayList;
import java.util.List;

/** Many short connections to one destination, which keep-alive would make into a few. */
final class ShortConnections implements Check {
    /** Of the usable ports, in TIME_WAIT; below, nobody would notice. */
    private static final double NOTICEABLE = 0.1;

    private static final double MUCH = 0.5;
    private static final int ENOUGH = 30;

    /** A connection that lasts longer is not one request. */
    private static final double SHORT_SECONDS = 5;

    /** Less is not told by looks a quarter of a second apart. */
    private static final double LEAST_SECONDS = 0.1;

    private static final int MOST_FINDINGS = 5;

    @Override
    public Explanation explanation() {
        return new Explanation(
                "keep-alive",
                "Destinations to which this host opens many connections that last a few seconds at most and that it closes first.",
                "connections a second, and seconds for each",
                "a pool of rate x duration connections that stay open",
                "A connection that is used again needs no port, no handshake and no TIME_WAIT. Where both ends can do it, it is the best of all cures.",
                "RFC 9112 section 9.3; pool size by Little's law: connections = rate x duration");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        List<Finding> findings = census.destinations().stream()
                .filter(ShortConnections::isShort)
                .limit(MOST_FINDINGS)
                .map(this::finding)
                .toList();
        return findings.isEmpty() ? explanation().fine("No destination gets a crowd of short connections") : findings;
    }

    private Finding finding(DestinationUse use) {
        double rate = use.newPerSecond().orElse(use.flow().timeWaitPerSecond());
        double hold = use.flow().holdSeconds().orElse(0);
        long pool = Math.max(1, (long) Math.ceil(rate * hold));
        List<String> evidence = new ArrayList<>();
        evidence.add(Figures.rate(rate) + " new connections, each open for " + open(hold) + "; "
                + Figures.count(use.counts().timeWait()) + " TIME_WAIT on " + Figures.count(use.usable()) + " ports"
                + (use.isTidewaits()
                        ? " of Tidewait, " + Figures.count(use.restingCount()) + " below their floor"
                        : ""));
        evidence.add("this end closes first");
        evidence.add(
                use.owners().seen().isEmpty()
                        ? "no program was seen holding one: they are too short, or of another user"
                        : "by " + Pressure.owners(use));
        boolean much = use.restingCount() >= MUCH * use.usable();
        return explanation()
                .finding(
                        much ? Severity.WARNING : Severity.NOTE,
                        "Short connections from " + Pressure.way(use) + ": about "
                                + Figures.count(pool, "open one", "open ones") + " would carry them",
                        evidence,
                        Fix.byHand(
                                KeepAliveAdvice.forOwners(use.owners(), pool),
                                "About " + Figures.count(pool, "connection stays", "connections stay")
                                        + " open, and hardly any TIME_WAIT is left.",
                                "A server that closes idle connections may do so just when a request is on its way: the pool's idle time must be shorter"
                                        + " than the server's. Servers with few threads count idle connections too."));
    }

    private static String open(double seconds) {
        return seconds < LEAST_SECONDS ? "less than " + Figures.time(LEAST_SECONDS) : "about " + Figures.time(seconds);
    }

    private static boolean isShort(DestinationUse use) {
        TimeWaitSide side = use.timeWaitSide();
        return use.restingCount() >= Math.max(ENOUGH, NOTICEABLE * use.usable())
                && use.flow().timeWaitPerSecond() > 0
                && (side == TimeWaitSide.HERE || side == TimeWaitSide.BOTH)
                && use.flow().holdSeconds().orElse(SHORT_SECONDS) < SHORT_SECONDS;
    }
}

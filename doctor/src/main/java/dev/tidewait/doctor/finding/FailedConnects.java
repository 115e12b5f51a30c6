package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.host.HostFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Connects fail, or must ask twice. */
final class FailedConnects implements Check {
    /** Between two looks; fewer are an accident. */
    private static final long ENOUGH = 10;

    /** Of the connects. */
    private static final double MANY = 0.05;

    /** Handshakes of others that a RST ended; AttemptFails counts them too. */
    private static final String EMBRYONIC_RESETS = "TcpExtEmbryonicRsts";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "failed-connects",
                "The counters AttemptFails (less EmbryonicRsts, the handshakes of others) and TCPSynRetrans, compared with ActiveOpens: connects that were"
                        + " refused or timed out, and SYN segments that had to be sent again.",
                "connections, segments",
                "below one in a hundred",
                "A SYN that meets silence costs a second, then 2, then 4. Silence towards a host that otherwise answers may be its full backlog, or an old"
                        + " TIME_WAIT at its end that ignores a SYN with a lower sequence number (FreeBSD, tcp_rfc1337). A connect() that found no"
                        + " port is in none of these counters: it never sent a SYN. TCPSynRetrans counts answers (SYN-ACK) that this host sends again too:"
                        + " it is believed only while more connects wait for an answer here than others wait with theirs half done.",
                "RFC 6298 section 2; RFC 4022 (tcpAttemptFails); Linux LINUX_MIB_TCPSYNRETRANS");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        CounterReading counters = census.counters();
        OptionalLong opens = counters.growth(CounterReading.ACTIVE_OPENS);
        if (opens.isEmpty() || census.spanSeconds().isEmpty()) {
            return List.of();
        }
        long failed = Math.max(
                0,
                counters.growth(CounterReading.FAILED_ATTEMPTS).orElse(0)
                        - counters.growth(EMBRYONIC_RESETS).orElse(0));
        long again = counters.growth(CounterReading.SYN_RETRANSMITS).orElse(0);
        boolean manyFailed = isMany(failed, opens.getAsLong());
        boolean manyAgain = isMany(again, opens.getAsLong())
                && census.outgoing().synSent() > census.incoming().synReceived();
        if (!manyFailed && !manyAgain) {
            return explanation()
                    .fine("Connects succeed (" + Figures.count(opens.getAsLong()) + ", " + Figures.count(failed)
                            + " failed)");
        }
        List<String> evidence = new ArrayList<>();
        evidence.add("in " + Figures.time(census.spanSeconds().getAsDouble()) + ": "
                + Figures.count(opens.getAsLong()) + " connects, " + Figures.count(failed) + " failed, "
                + Figures.count(again) + " SYN or SYN-ACK segments sent again");
        if (census.outgoing().synSent() > 0) {
            evidence.add(Figures.count(census.outgoing().synSent()) + " connects wait for an answer now");
        }
        return explanation()
                .found(
                        Severity.WARNING,
                        manyFailed ? "Many connects fail" : "Many connects get no answer at first",
                        evidence,
                        Fix.byHand(
                                "See which: `ss -tn state syn-sent` for those without an answer. Refused: nothing listens there. Silent: a firewall, a full"
                                        + " backlog (on the server: TcpExtListenDrops), or a connection tracking table that is full.",
                                "None by itself.",
                                "None."));
    }

    private static boolean isMany(long part, long opens) {
        return opens >= ENOUGH && part >= ENOUGH && part >= MANY * opens;
    }
}

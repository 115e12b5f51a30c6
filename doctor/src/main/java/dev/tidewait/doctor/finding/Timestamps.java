package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.TimeWaitFacts;
import java.util.List;

/** TCP timestamps are off. */
final class Timestamps implements Check {
    private static final String KEY = "net.ipv4.tcp_timestamps";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "timestamps",
                KEY + ": whether new connections offer the timestamp option.",
                "0 off, 1 on, 2 on without a random offset",
                "1",
                "Only with timestamps can connect() take over a port in TIME_WAIT (tcp_tw_reuse too), and only with them are late segments of an earlier"
                        + " connection told apart (PAWS). Old advice turned them off to hide the uptime; offsets have been random since Linux 4.10.",
                "RFC 7323 sections 3 and 5; RFC 6191; Linux tcp_twsk_unique(), 95a22caee396");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        if (facts.timeWait().timestamps().isEmpty()) {
            return List.of();
        }
        if (!TimeWaitFacts.is(facts.timeWait().timestamps(), 0)) {
            return explanation().fine("TCP timestamps are on");
        }
        return explanation()
                .found(
                        Severity.WARNING,
                        "TCP timestamps are off: no port in TIME_WAIT can be taken over",
                        List.of(
                                KEY + " is 0",
                                "tcp_tw_reuse has no effect, and "
                                        + Figures.count(census.outgoing().timeWait())
                                        + " TIME_WAIT sockets of outgoing connections block their ports for 60 s each"),
                        SysctlFix.set(
                                facts,
                                KEY,
                                "1",
                                "New connections carry timestamps (12 bytes in each segment); those that are open stay as they are.",
                                "Hardly any: the default everywhere. A middlebox that rewrites or drops the option is rare."));
    }
}

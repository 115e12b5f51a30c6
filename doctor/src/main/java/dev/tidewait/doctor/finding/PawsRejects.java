package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.host.HostFacts;
import java.util.List;
import java.util.OptionalLong;

/** Segments are refused because of their timestamps. */
final class PawsRejects implements Check {
    /** Between two looks; a few are what PAWS is for. */
    private static final long A_FEW = 10;

    /** Of the segments received: a busy host sees more of them without a fault. */
    private static final double A_FEW_OF_ALL = 0.001;

    private static final String SEGMENTS_RECEIVED = "TcpInSegs";

    /** May be run again: the table is emptied first. (nft 1.0.6 of Debian 12 has no {@code destroy table} yet.) */
    private static final String REMOVE_THERE = "nft 'add table inet tidewait; flush table inet tidewait;"
            + " add chain inet tidewait timestamps { type filter hook forward priority mangle; };"
            + " add rule inet tidewait timestamps ip daddr ADDRESS tcp flags syn / fin,syn,rst,ack reset tcp option timestamp'";

    private static final String REMOVE_THERE_BEFORE =
            "iptables -t mangle -A FORWARD -d ADDRESS -p tcp --syn -j TCPOPTSTRIP --strip-options timestamp";

    @Override
    public Explanation explanation() {
        return new Explanation(
                "paws",
                "The counters PAWSActive, PAWSEstab and PAWSTimewait: segments refused because their timestamp is older than one seen before.",
                "segments",
                "less than one in a thousand received: real late segments",
                "Many mean that two hosts with different clocks come from one address (NAT or a balancer without timestamp rewriting), or that somebody's"
                        + " four-tuple is reused while the other end still holds the old connection. Connections to it then hang or fail.",
                "RFC 7323 section 5; Linux LINUX_MIB_PAWSACTIVEREJECTED, LINUX_MIB_PAWSESTABREJECTED");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        CounterReading counters = census.counters();
        OptionalLong established = counters.growth(CounterReading.PAWS_ESTABLISHED);
        if (established.isEmpty() || census.spanSeconds().isEmpty()) {
            return List.of();
        }
        long active = counters.growth(CounterReading.PAWS_ACTIVE).orElse(0);
        long timeWait = counters.growth(CounterReading.PAWS_TIME_WAIT).orElse(0);
        long all = established.getAsLong() + active + timeWait;
        OptionalLong received = counters.growth(SEGMENTS_RECEIVED);
        if (all < A_FEW || all < A_FEW_OF_ALL * received.orElse(0)) {
            return explanation().fine("Timestamps are in order (" + Figures.count(all) + " segments refused)");
        }
        return explanation()
                .found(
                        Severity.WARNING,
                        Figures.count(all) + " segments were refused because of old timestamps",
                        List.of("in " + Figures.time(census.spanSeconds().getAsDouble()) + ": "
                                + Figures.count(established.getAsLong()) + " of open connections (PAWSEstab), "
                                + Figures.count(active) + " answers to our SYN (PAWSActive), " + Figures.count(timeWait)
                                + " in TIME_WAIT (PAWSTimewait)"
                                + (received.isPresent()
                                        ? "; of " + Figures.count(received.getAsLong()) + " received"
                                        : "")),
                        Fix.byHand(
                                "Find the peer (`ss -tin` shows retransmissions, a capture shows the timestamps). If several hosts are behind its address,"
                                        + " the translator must remove the timestamps of their SYN; if it is Linux 5.18 or newer, run there: "
                                        + REMOVE_THERE
                                        + ", where ADDRESS is the one of this host to which they connect (ip6 daddr for"
                                        + " IPv6). A reboot forgets the table: /etc/nftables.conf keeps it. Undo: nft delete table inet"
                                        + " tidewait. With iptables, once: " + REMOVE_THERE_BEFORE
                                        + " (undo: the same with -D). Here, tcp_tw_reuse=1 and short TIME_WAIT towards that destination make it worse: give it a longer"
                                        + " floor.",
                                "Connections through that translator have no timestamps.",
                                "They have no protection from late segments of an earlier connection on the same four-tuple (PAWS), and their TIME_WAIT"
                                        + " cannot be taken over. Turning timestamps off here does the same to all connections."));
    }
}

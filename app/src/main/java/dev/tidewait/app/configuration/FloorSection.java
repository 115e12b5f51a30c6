package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.time.Duration;
import java.util.Optional;

/** Ages below which a port is never used again for the same destination, by how its connection ended. Immutable. */
public record FloorSection(
        @Setting(
                value = "Closed by both sides, TCP timestamps in use; without this key 1s.",
                min = "2ms",
                max = "1h",
                otherwise = "1s",
                why =
                        "By then the sender's timestamp clock has ticked, so PAWS refuses what is late. Linux waits as long before it "
                                + "reuses a port so (tcp_tw_reuse_delay), and the peer's last FIN can still be acknowledged; long round trips "
                                + "lift it (2 srtt, 3.5 RTO). Below 2 ms not even a clock of 1 ms has ticked.",
                source = "RFC 7323 sections 5 and 5.4; RFC 6191; Linux ca6a6f93867a; docs/safety.md")
        Optional<Duration> timestamps,

        @Setting(
                value =
                        "Closed by both sides, no timestamps, sequence numbers known to be disjoint; without this key 5s.",
                min = "2ms",
                max = "1h",
                otherwise = "5s",
                why =
                        "The numbers of the next connection are known to lie beyond those of the last one, so what is late falls "
                                + "outside the window. 5 s is the time within which 95 % of the answers of 95 % of the Internet's hosts are "
                                + "there.",
                source =
                        "RFC 9293 section 3.4.1, RFC 6528; Padmanabhan et al., Timeouts: Beware Surprisingly High Delay, IMC 2015; "
                                + "docs/decisions/014-floors-that-a-long-rto-lifts.md")
        Optional<Duration> sequence,

        @Setting(
                value =
                        "Closed by both sides, no timestamps, sequence numbers not known to be disjoint; without this key 15s.",
                min = "2ms",
                max = "1h",
                otherwise = "15s",
                why =
                        "Nothing tells old segments from new ones but time. 15 s is the time within which 99 % of the answers of 95 % "
                                + "of the Internet's hosts are there. A server that closes first without timestamps belongs here.",
                source = "Padmanabhan et al., IMC 2015; docs/decisions/014-floors-that-a-long-rto-lifts.md")
        Optional<Duration> unknown,

        @Setting(
                value = "The server refused the connection; without this key 5s.",
                min = "2ms",
                max = "1h",
                otherwise = "5s",
                why =
                        "No data was sent, but a copy of the SYN may still be under way, and would meet a server that has begun to "
                                + "listen.",
                source = "the delay figures of Padmanabhan et al., IMC 2015, as for 'sequence'")
        Optional<Duration> refused,

        @Setting(
                value = "The server did not answer the SYN; without this key 15s.",
                min = "2ms",
                max = "1h",
                otherwise = "15s",
                why =
                        "Whether the server has seen the SYN is not known: it may hold half a connection on this four-tuple, and answer"
                                + " late.",
                source =
                        "the delay figures of Padmanabhan et al., IMC 2015, as for 'unknown'; docs/decisions/022-names.md (losers of a "
                                + "race)")
        Optional<Duration> synTimeout,

        @Setting(
                value =
                        "true, or 'measured' in place of all keys of 'floor': where a report of 'tidewait study' can tell, the age that it shows to be "
                                + "enough stands for 'sequence' and 'unknown' after a close by both sides, the proxy first; never below 1s. A destination that writes one of these rows does not inherit it. Without this key false.",
                otherwise = "false",
                why =
                        "These two rows come from what others have measured of the Internet; your network may be better, or worse. With "
                                + "timestamps nothing that is late can do harm, so there is nothing to be measured; resets, and what "
                                + "reaches a server that closed first, are not in the report: their rows are lifted where it says so, never lowered.",
                source = "docs/how-low.md; docs/decisions/032-floors-that-were-measured.md")
        Optional<Boolean> measured) {

    /** This section, completed by the one of the level above. Who writes a row that a measured age would stand for wants that row. */
    FloorSection over(FloorSection above) {
        return new FloorSection(
                timestamps.or(() -> above.timestamps),
                sequence.or(() -> above.sequence),
                unknown.or(() -> above.unknown),
                refused.or(() -> above.refused),
                synTimeout.or(() -> above.synTimeout),
                measured.or(() -> sequence.isPresent() || unknown.isPresent() ? Optional.of(false) : above.measured));
    }

    /** Whether a report of what was measured shall count. */
    public boolean isMeasured() {
        return measured.orElse(false);
    }
}

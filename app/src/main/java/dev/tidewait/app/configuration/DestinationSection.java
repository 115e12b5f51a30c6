package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.Optional;

/** What differs for some destinations. Immutable. */
public record DestinationSection(
        @Setting(
                value =
                        "A block of addresses, and a port if it matters: 203.0.113.0/24, 203.0.113.7:443 or [2001:db8::/32]:443.",
                why =
                        "The rule is about four-tuples, so it goes by addresses: a name may have others tomorrow, and two names may "
                                + "share one.",
                source = "RFC 9293 section 3.4.1 (a connection is a pair of sockets: addresses and ports)")
        DestinationMatch match,

        @Setting(
                value = "Replaces the keys of 'timeWait' that are written here.",
                whenAbsent = "{}",
                why =
                        "How soon a port may be used again depends on the peer: its clock of sequence numbers, its TIME_WAIT, what lies"
                                + " on the way.",
                source = "docs/safety.md")
        TimeWaitSection timeWait,

        @Setting(
                value = "Replaces the addresses of 'sources'.",
                otherwise = "those of 'sources'",
                why = "Some destinations know their callers by address.",
                source = "RFC 9293 section 3.4.1")
        Optional<DestinationSourcesSection> sources) {
    DestinationSection withSources(Optional<DestinationSourcesSection> others) {
        return new DestinationSection(match, timeWait, others);
    }
}

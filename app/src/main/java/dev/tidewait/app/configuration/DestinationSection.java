package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.util.Optional;

/** What differs for some destinations. Immutable. */
public record DestinationSection(
        @Setting(
                "A block of addresses, and a port if it matters: 203.0.113.0/24, 203.0.113.7:443 or [2001:db8::/32]:443.")
        DestinationMatch match,

        @Setting(value = "Replaces the keys of 'timeWait' that are written here.", whenAbsent = "{}")
        TimeWaitSection timeWait,

        @Setting("Replaces the addresses of 'sources'.") Optional<DestinationSourcesSection> sources) {
    DestinationSection withSources(Optional<DestinationSourcesSection> others) {
        return new DestinationSection(match, timeWait, others);
    }
}

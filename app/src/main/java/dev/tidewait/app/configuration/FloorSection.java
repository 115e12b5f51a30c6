package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import java.time.Duration;
import java.util.Optional;

/** Ages below which a port is never used again for the same destination, by how its connection ended. Immutable. */
public record FloorSection(
        @Setting(value = "Closed by both sides, TCP timestamps in use; without this key 1s.", min = "2ms", max = "1h")
        Optional<Duration> timestamps,

        @Setting(
                value =
                        "Closed by both sides, no timestamps, sequence numbers known to be disjoint; without this key 5s.",
                min = "2ms",
                max = "1h")
        Optional<Duration> sequence,

        @Setting(
                value =
                        "Closed by both sides, no timestamps, sequence numbers not known to be disjoint; without this key 15s.",
                min = "2ms",
                max = "1h")
        Optional<Duration> unknown,

        @Setting(value = "The server refused the connection; without this key 5s.", min = "2ms", max = "1h")
        Optional<Duration> refused,

        @Setting(value = "The server did not answer the SYN; without this key 15s.", min = "2ms", max = "1h")
        Optional<Duration> synTimeout) {

    /** This section, completed by the one of the level above. */
    FloorSection over(FloorSection above) {
        return new FloorSection(
                timestamps.or(() -> above.timestamps),
                sequence.or(() -> above.sequence),
                unknown.or(() -> above.unknown),
                refused.or(() -> above.refused),
                synTimeout.or(() -> above.synTimeout));
    }
}

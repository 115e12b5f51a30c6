package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.ports.Floors;
import java.time.Duration;
import java.util.Optional;

/** How long a closed connection's four-tuple rests. What is not written here comes from the level above. Immutable. */
public record TimeWaitSection(
        @Setting(value = "Ages below which a port is never used again for the same destination.", whenAbsent = "{}")
        FloorSection floor,

        @Setting(
                value = "The age from which a port counts as new; without this key 60s, the kernel's TIME_WAIT.",
                min = "1s",
                max = "1h")
        Optional<Duration> ceiling,

        @Setting(
                value =
                        "A fixed length instead of floor and ceiling, such as 15s. Never shortens what a connection's end"
                                + " asks for.",
                min = "1s",
                max = "1h")
        Optional<Duration> fixed,

        @Setting(
                "true: the destinations run Linux, whose sequence numbers follow a known clock; without this key false.")
        Optional<Boolean> peerIsLinux) {

    /** This section, completed by the one of the level above. {@code fixed} here silences a ceiling above, and the reverse. */
    TimeWaitSection over(TimeWaitSection above) {
        boolean fixedAbove = fixed.isEmpty() && ceiling.isEmpty();
        return new TimeWaitSection(
                floor.over(above.floor),
                ceiling.or(() -> above.ceiling),
                fixedAbove ? above.fixed : fixed,
                peerIsLinux.or(() -> above.peerIsLinux));
    }

    /** The rule's settings; what nobody wrote is {@link Floors#DEFAULT}. */
    Floors floors() {
        Floors standard = Floors.DEFAULT;
        Floors floors = new Floors(
                millis(floor.timestamps(), standard.timestampsMillis()),
                millis(floor.sequence(), standard.sequenceMillis()),
                millis(floor.unknown(), standard.unknownMillis()),
                millis(floor.refused(), standard.refusedMillis()),
                millis(floor.synTimeout(), standard.synTimeoutMillis()),
                millis(ceiling, standard.ceilingMillis()),
                0,
                peerIsLinux.orElse(standard.peerIsLinux()));
        return fixed.map(length -> floors.withFixed(length.toMillis())).orElse(floors);
    }

    private static long millis(Optional<Duration> written, long standardMillis) {
        return written.map(Duration::toMillis).orElse(standardMillis);
    }
}

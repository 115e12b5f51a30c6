package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Difference;
import dev.tidewait.app.binding.Durations;
import dev.tidewait.proxy.address.Addresses;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One key that a reload changes, or would if it could. Immutable.
 *
 * @param key such as {@code timeouts.idle} or {@code listeners[web].bind}
 * @param before as it would be written; {@code -} = not there
 */
public record ConfigurationChange(String key, String before, String after, Effect effect) {
    /** What is decided for a client when it connects, and then stays. */
    private static final List<String> AT_ACCEPT =
            List.of("listeners", "upstreams", "http.clientAddress", "timeouts.connect", "timeouts.portWait");

    /**
     * Everything that differs, what takes effect first.
     *
     * @param possible {@code wanted} as far as it can apply without a new start, see {@link Configuration#within}
     */
    public static List<ConfigurationChange> between(
            Configuration running, Configuration possible, Configuration wanted) {
        List<ConfigurationChange> changes = new ArrayList<>();
        for (Difference.Change change : difference(running, possible)) {
            boolean atAccept = AT_ACCEPT.stream().anyMatch(section -> isIn(section, change.key()));
            changes.add(of(change, atAccept ? Effect.NEW_CONNECTIONS : Effect.NOW));
        }
        difference(possible, wanted).forEach(change -> changes.add(of(change, Effect.RESTART)));
        return List.copyOf(changes);
    }

    private static boolean isIn(String section, String key) {
        return key.startsWith(section)
                && (key.length() == section.length() || ".[".indexOf(key.charAt(section.length())) >= 0);
    }

    private static List<Difference.Change> difference(Configuration before, Configuration after) {
        return Difference.between(before, after, ConfigurationChange::write);
    }

    private static ConfigurationChange of(Difference.Change change, Effect effect) {
        // A password file is written as its path; where that is the same, what is in it has changed.
        String after = change.before().equals(change.after()) ? change.after() + " (other contents)" : change.after();
        return new ConfigurationChange(change.key(), change.before(), after, effect);
    }

    private static String write(Object value) {
        return switch (value) {
            case Duration duration -> Durations.write(duration);
            case InetSocketAddress address -> Addresses.text(address);
            case OptionalInt number -> number.isPresent() ? Integer.toString(number.getAsInt()) : "auto";
            default -> value.toString();
        };
    }

    @Override
    public String toString() {
        return key + ": " + before + " → " + after + " (" + effect + ")";
    }
}

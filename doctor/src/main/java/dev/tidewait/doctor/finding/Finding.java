package dev.tidewait.doctor.finding;

import java.util.List;
import java.util.Optional;

/**
 * One thing that the doctor has to say. Immutable, any thread.
 *
 * @param key the name for {@code tidewait explain} and for scripts
 * @param severity how bad it is
 * @param title one sentence without a full stop
 * @param evidence what was seen, with figures; a line each
 * @param fix what to do; empty if all is well
 * @param source where the rule comes from
 */
public record Finding(
        String key, Severity severity, String title, List<String> evidence, Optional<Fix> fix, String source) {
    public Finding {
        evidence = List.copyOf(evidence);
    }

    /** At least this bad. */
    public boolean isAtLeast(Severity least) {
        return severity.compareTo(least) >= 0;
    }
}

package dev.tidewait.doctor.finding;

import java.util.List;
import java.util.Optional;

/**
 * What a check is about, for {@code tidewait explain KEY}. Immutable, any thread.
 *
 * @param key lower case with hyphens
 * @param what what is looked at
 * @param unit in what it is measured
 * @param usual the kernel's default, or what is seen on a healthy host
 * @param why why it matters
 * @param source RFC, kernel commit or version, publication
 */
public record Explanation(String key, String what, String unit, String usual, String why, String source) {
    /** All is well. */
    List<Finding> fine(String title) {
        return List.of(new Finding(key, Severity.OK, title, List.of(), Optional.empty(), source));
    }

    /** One finding. */
    List<Finding> found(Severity severity, String title, List<String> evidence, Fix fix) {
        return List.of(finding(severity, title, evidence, fix));
    }

    /** One of several findings. */
    Finding finding(Severity severity, String title, List<String> evidence, Fix fix) {
        return new Finding(key, severity, title, evidence, Optional.of(fix), source);
    }
}

package dev.tidewait.lab;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the people of a campus noted. Immutable.
 *
 * @param visits begun
 * @param open not ended yet
 * @param failed ended otherwise than their destination was asked for
 * @param notBegun due, but too many were open
 * @param kinds visits by way and fate
 * @param failures what came instead, with how often
 */
record CampusCount(
        long visits, long open, long failed, long notBegun, Map<String, Long> kinds, Map<String, Long> failures) {
    static CampusCount parse(String json) {
        JsonObject report = JsonObject.parse(json);
        return new CampusCount(
                report.number("visits"),
                report.number("open"),
                report.number("failed"),
                report.number("not_begun"),
                counts(report.object("kinds")),
                counts(report.object("failures")));
    }

    private static Map<String, Long> counts(JsonObject object) {
        Map<String, Long> counts = new TreeMap<>();
        object.names().forEach(name -> counts.put(name, object.number(name)));
        return counts;
    }
}

package dev.tidewait.app.study;

import dev.tidewait.evidence.track.Closings;
import dev.tidewait.evidence.track.TrackReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The plain counts of a report under their names in JSON, both ways. No state. */
final class TrackFields {
    private TrackFields() {}

    static Map<String, Long> of(TrackReport.Openings openings) {
        return map(
                "handshakes",
                openings.handshakes(),
                "midStream",
                openings.midStream(),
                "refused",
                openings.refused(),
                "unanswered",
                openings.unanswered());
    }

    static TrackReport.Openings openings(ToLongFunction<String> field) {
        return new TrackReport.Openings(
                field.applyAsLong("handshakes"),
                field.applyAsLong("midStream"),
                field.applyAsLong("refused"),
                field.applyAsLong("unanswered"));
    }

    static Map<String, Long> of(Closings closings) {
        return map(
                "byOpener",
                closings.byOpener(),
                "byAcceptor",
                closings.byAcceptor(),
                "byUnknown",
                closings.byUnknown());
    }

    static Closings closings(ToLongFunction<String> field) {
        return new Closings(
                field.applyAsLong("byOpener"), field.applyAsLong("byAcceptor"), field.applyAsLong("byUnknown"));
    }

    static Map<String, Long> of(TrackReport.Unfinished unfinished) {
        return map(
                "open",
                unfinished.open(),
                "halfClosed",
                unfinished.halfClosed(),
                "replaced",
                unfinished.replaced(),
                "letGo",
                unfinished.letGo());
    }

    static TrackReport.Unfinished unfinished(ToLongFunction<String> field) {
        return new TrackReport.Unfinished(
                field.applyAsLong("open"),
                field.applyAsLong("halfClosed"),
                field.applyAsLong("replaced"),
                field.applyAsLong("letGo"));
    }

    static Map<String, Long> of(TrackReport.Oddities oddities) {
        return map(
                "halfCloseUses",
                oddities.halfCloseUses(),
                "repeatedSyns",
                oddities.repeatedSyns(),
                "repeatedFins",
                oddities.repeatedFins(),
                "staleAnswers",
                oddities.staleAnswers(),
                "strayResets",
                oddities.strayResets(),
                "outOfOrder",
                oddities.outOfOrder());
    }

    static TrackReport.Oddities oddities(ToLongFunction<String> field) {
        return new TrackReport.Oddities(
                field.applyAsLong("halfCloseUses"),
                field.applyAsLong("repeatedSyns"),
                field.applyAsLong("repeatedFins"),
                field.applyAsLong("staleAnswers"),
                field.applyAsLong("strayResets"),
                field.applyAsLong("outOfOrder"));
    }

    private static Map<String, Long> map(Object... namesAndCounts) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            map.put((String) namesAndCounts[i], (Long) namesAndCounts[i + 1]);
        }
        return map;
    }
}

package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.live.LiveClass;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.LiveSnapshot;
import dev.tidewait.evidence.live.PrefixRow;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * A live watch for programs, and for merging: a study as {@link StudyJson} writes it, which {@code tidewait study} adds to others, and what only a live
 * watch knows in {@code live}, whose counts add up field by field. It holds no addresses, names of hosts or devices, and no times of day: of destinations
 * only how the late segments are spread over them. No state.
 */
public final class LiveJson {
    private LiveJson() {}

    public static void write(JsonGenerator json, LiveReport report) {
        LiveSnapshot seen = report.seen();
        json.writeStartObject();
        StudyJson.fields(json, report.study());
        json.writeObjectPropertyStart("live");
        json.writeStringProperty("direction", "in"); // a capture has both
        json.writeNumberProperty("lost", seen.lost());
        json.writeName("memoryMillis");
        if (seen.memoryNanos().isPresent()) {
            json.writeNumber(seen.memoryNanos().getAsLong() / 1_000_000);
        } else {
            json.writeNull();
        }
        histogram(json, "rejected", seen.rejected());
        classes(json, seen);
        json.writeArrayPropertyStart("prefixes");
        for (PrefixRow row : report.prefixes()) {
            prefix(json, row);
        }
        json.writeEndArray();
        json.writeObjectPropertyStart("kernelCounters");
        seen.counters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one -> json.writeNumberProperty(one.getKey(), one.getValue()));
        json.writeEndObject();
        report.cost().ifPresent(cost -> cost(json, cost));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void classes(JsonGenerator json, LiveSnapshot seen) {
        json.writeArrayPropertyStart("classes");
        for (LiveClass one : seen.classes()) {
            if (one.ended() > 0) {
                json.writeStartObject();
                json.writeStringProperty("ending", word(one.ending()));
                json.writeStringProperty("roundTrip", StudyJson.key(one.roundTrip()));
                json.writeNumberProperty("connections", one.ended());
                histogram(json, "late", one.late());
                StudyJson.counts(json, "latest", one.latest());
                StudyJson.counts(json, "latestFinOrData", one.latestNeeding());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    /** Which one is not said. */
    private static void prefix(JsonGenerator json, PrefixRow row) {
        AgeCounts needing = row.late().of(LateKind.FIN).plus(row.late().of(LateKind.DATA));
        json.writeStartObject();
        json.writeNumberProperty("family", row.prefix().first().isV4() ? 4 : 6);
        json.writeNumberProperty("bits", row.prefix().bits());
        json.writeNumberProperty("connections", row.ended());
        StudyJson.counts(json, "late", row.late().all());
        StudyJson.counts(json, "lateFinOrData", needing);
        json.writeEndObject();
    }

    /** Only the kinds that there are. */
    private static void histogram(JsonGenerator json, String name, LateHistogram histogram) {
        json.writeObjectPropertyStart(name);
        for (LateKind kind : LateKind.values()) {
            if (histogram.of(kind).total() > 0) {
                StudyJson.counts(json, StudyJson.key(kind), histogram.of(kind));
            }
        }
        json.writeEndObject();
    }

    private static void cost(JsonGenerator json, LiveCost cost) {
        json.writeObjectPropertyStart("cost");
        json.writeNumberProperty("seconds", cost.seconds());
        json.writeNumberProperty("bpfRuns", cost.bpf().runs());
        json.writeNumberProperty("bpfNanos", cost.bpf().nanos());
        json.writeObjectPropertyStart("programs");
        cost.programs().forEach((name, time) -> {
            json.writeObjectPropertyStart(name);
            json.writeNumberProperty("runs", time.runs());
            json.writeNumberProperty("nanos", time.nanos());
            json.writeEndObject();
        });
        json.writeEndObject();
        json.writeNumberProperty("ownNanos", cost.ownNanos());
        json.writeNumberProperty("shareOfACore", cost.share());
        json.writeEndObject();
    }

    private static String word(LiveEnding ending) {
        return ending.name().toLowerCase(Locale.ROOT);
    }
}

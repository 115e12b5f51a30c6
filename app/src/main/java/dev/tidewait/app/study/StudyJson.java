package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.late.Sufficiency;
import dev.tidewait.evidence.live.RoundTripClass;
import dev.tidewait.evidence.track.Closings;
import dev.tidewait.evidence.track.TrackReport;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * A study for programs, and for merging: counts by age and kind. It holds no addresses, ports, names of files or hosts, and no times of day.
 * {@link StudyJsonReader} reads it back; what follows from the counts ({@code derived}) is written for scripts and not read, and of an incomplete study
 * not which TIME_WAIT would have been enough. No state.
 */
public final class StudyJson {
    static final String FORMAT = "tidewait-study";
    /** Changes when a field changes its meaning, or the bounds of the buckets change. */
    static final int VERSION = 1;

    static final String ROUND_TRIPS = "roundTrips";

    static final String REJECTED = "rejectedFinOrData";

    private static final double[] RISKS = {1e-4, 1e-6};

    private StudyJson() {}

    public static void write(JsonGenerator json, Study study) {
        json.writeStartObject();
        fields(json, study);
        json.writeEndObject();
    }

    /** All of it but the braces. */
    static void fields(JsonGenerator json, Study study) {
        TrackReport tracked = study.report().tracked();
        json.writeStringProperty("format", FORMAT);
        json.writeNumberProperty("version", VERSION);
        json.writeNumberProperty("captures", study.captureCount());
        json.writeNumberProperty("incompleteCaptures", study.incompleteCount());
        json.writeNumberProperty("spanMillis", study.report().spanMillis());
        json.writeObjectPropertyStart("packets");
        for (Decoded what : Decoded.values()) {
            json.writeNumberProperty(key(what), study.report().frames().get(what));
        }
        json.writeEndObject();
        json.writeNumberProperty("segments", tracked.segments());
        numbers(json, "openings", TrackFields.of(tracked.openings()));
        closings(json, "closedByFin", tracked.graceful());
        closings(json, "closedByRst", tracked.reset());
        numbers(json, "unfinished", TrackFields.of(tracked.unfinished()));
        numbers(json, "oddities", TrackFields.of(tracked.oddities()));
        json.writeArrayPropertyStart("ageBoundsMillis");
        for (int millis : AgeBuckets.upperMillis()) {
            json.writeNumber(millis);
        }
        json.writeEndArray();
        counts(json, "reusesAfterFin", tracked.reusesAfterGraceful());
        counts(json, "reusesAfterRst", tracked.reusesAfterReset());
        sample(json, "afterFin", tracked.lateAfterGraceful());
        sample(json, "afterRst", tracked.lateAfterReset());
        roundTrips(json, study);
        if (study.rejected().total() > 0) {
            counts(json, REJECTED, study.rejected());
        }
        json.writeObjectPropertyStart("derived");
        derived(json, "afterFin", tracked.lateAfterGraceful(), study.isComplete());
        derived(json, "afterRst", tracked.lateAfterReset(), study.isComplete());
        AdviceJson.write(json, study.advice());
        json.writeEndObject();
    }

    /** Only of live watches. */
    private static void roundTrips(JsonGenerator json, Study study) {
        if (study.roundTrips().isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart(ROUND_TRIPS);
        study.roundTrips().forEach((one, counts) -> {
            json.writeObjectPropertyStart(one.key());
            counts(json, "watchedAtLeast", counts.watchedAtLeast());
            counts(json, "latestFinOrData", counts.latest());
            json.writeEndObject();
        });
        json.writeEndObject();
    }

    private static void closings(JsonGenerator json, String name, Closings closings) {
        numbers(json, name, TrackFields.of(closings));
    }

    private static void numbers(JsonGenerator json, String name, Map<String, Long> numbers) {
        json.writeObjectPropertyStart(name);
        numbers.forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private static void sample(JsonGenerator json, String name, LateSample sample) {
        json.writeObjectPropertyStart(name);
        histogram(json, "towardsFirstToClose", sample.towardsFirst());
        histogram(json, "towardsOther", sample.towardsOther());
        counts(json, "watched", sample.watched());
        counts(json, "latest", sample.latest());
        counts(json, "latestFinOrData", sample.latestNeeding());
        json.writeEndObject();
    }

    static void histogram(JsonGenerator json, String name, LateHistogram histogram) {
        json.writeObjectPropertyStart(name);
        for (LateKind kind : LateKind.values()) {
            counts(json, key(kind), histogram.of(kind));
        }
        json.writeEndObject();
    }

    /** One for each bucket of age, the last of which has no upper end. */
    static void counts(JsonGenerator json, String name, AgeCounts counts) {
        json.writeName(name);
        long[] array = counts.toArray();
        json.writeArray(array, 0, array.length);
    }

    private static void derived(JsonGenerator json, String name, LateSample sample, boolean complete) {
        json.writeObjectPropertyStart(name);
        json.writeArrayPropertyStart("laterThan");
        for (StudyRow row : StudyRow.of(sample)) {
            json.writeStartObject();
            json.writeNumberProperty("millis", row.millis());
            json.writeNumberProperty("watched", row.watched());
            json.writeNumberProperty("connections", row.any());
            json.writeNumberProperty("share", row.anyShare());
            json.writeNumberProperty("upper95", row.anyUpper());
            json.writeNumberProperty("finOrData", row.needing());
            json.writeNumberProperty("finOrDataUpper95", row.needingUpper());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("enough");
        if (complete) {
            for (double risk : RISKS) {
                enough(json, Sufficiency.of(risk, sample.latestNeeding(), sample.watched()));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void enough(JsonGenerator json, Sufficiency sufficiency) {
        json.writeStartObject();
        json.writeNumberProperty("risk", sufficiency.risk());
        switch (sufficiency) {
            case Sufficiency.Enough enough -> json.writeNumberProperty("millis", enough.millis());
            case Sufficiency.NotEnough not -> {
                json.writeNullProperty("millis");
                json.writeNumberProperty("notEnoughMillis", not.millis());
            }
            case Sufficiency.TooFew few -> {
                json.writeNullProperty("millis");
                json.writeNumberProperty("nearestMillis", few.millis());
                json.writeNumberProperty("moreConnections", few.more());
            }
        }
        json.writeEndObject();
    }

    static String key(RoundTripClass roundTrip) {
        return roundTrip.name().toLowerCase(Locale.ROOT);
    }

    static String key(LateKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** {@code LATER_FRAGMENT} as {@code laterFragment}. */
    static String key(Decoded what) {
        String[] words = what.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }
}

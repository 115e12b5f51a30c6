package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.CaptureException;
import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.capture.FrameCounts;
import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.track.StudyReport;
import dev.tidewait.evidence.track.TrackReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads what {@link StudyJson} wrote. No state. */
final class StudyJsonReader {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** A study has some 20 KB; what is larger is something else. */
    private static final int MOST_BYTES = 1 << 20;

    /** What the parser says of places that it does not know. */
    private static final Pattern PLACE = Pattern.compile(" \\(start marker at .*\\)");

    private static final int DEEPEST = 8;
    /** As far as numbers are exact in every reader of JSON, and so that a thousand of them can be added. */
    private static final long MOST_COUNT = 1L << 53;
    /** Connections or segments of one sample: more than a host sees in a lifetime, and few enough for the arithmetic of shares. */
    private static final long MOST_TOTAL = 1L << 40;

    private StudyJsonReader() {}

    /** @throws CaptureException if it is no study, or one of another version */
    static Study read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new CaptureException("it is JSON of more than " + MOST_BYTES + " bytes, and no study");
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            return study(new Part("the study", value(parser, 0)));
        } catch (JacksonException e) {
            throw new CaptureException("it is not JSON: "
                    + PLACE.matcher(String.valueOf(e.getOriginalMessage())).replaceAll(""));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CaptureException("it is no study that can be merged: " + e.getMessage());
        }
    }

    private static Study study(Part part) {
        if (!StudyJson.FORMAT.equals(part.map().get("format"))) {
            throw new IllegalArgumentException("it has no \"format\": \"" + StudyJson.FORMAT + "\"");
        }
        if (part.number("version") != StudyJson.VERSION) {
            throw new IllegalArgumentException("it is of version " + part.number("version") + ", this program reads "
                    + StudyJson.VERSION + ": make it again from its captures");
        }
        long[] bounds = part.part("ageBoundsMillis").numbers();
        if (!Arrays.equals(
                bounds, Arrays.stream(AgeBuckets.upperMillis()).asLongStream().toArray())) {
            throw new IllegalArgumentException("its ages are counted in other buckets");
        }
        Map<Decoded, Long> packets = new EnumMap<>(Decoded.class);
        for (Decoded what : Decoded.values()) {
            packets.put(what, part.part("packets").number(StudyJson.key(what)));
        }
        TrackReport tracked = new TrackReport(
                part.number("segments"),
                TrackFields.openings(part.part("openings")::number),
                TrackFields.closings(part.part("closedByFin")::number),
                TrackFields.closings(part.part("closedByRst")::number),
                TrackFields.unfinished(part.part("unfinished")::number),
                TrackFields.oddities(part.part("oddities")::number),
                part.part("reusesAfterFin").counts(),
                part.part("reusesAfterRst").counts(),
                sample(part.part("afterFin")),
                sample(part.part("afterRst")));
        return new Study(
                new StudyReport(FrameCounts.of(packets), part.number("spanMillis"), tracked),
                Math.toIntExact(part.number("captures")),
                Math.toIntExact(part.number("incompleteCaptures")),
                roundTrips(part),
                part.map().containsKey(StudyJson.REJECTED)
                        ? part.part(StudyJson.REJECTED).counts()
                        : AgeCounts.NONE);
    }

    private static Map<ClosedClass, RoundTripCounts> roundTrips(Part part) {
        Map<ClosedClass, RoundTripCounts> roundTrips = new HashMap<>();
        if (part.map().containsKey(StudyJson.ROUND_TRIPS)) {
            Part all = part.part(StudyJson.ROUND_TRIPS);
            for (ClosedClass closed : ClosedClass.all()) {
                if (all.map().containsKey(closed.key())) {
                    Part one = all.part(closed.key());
                    roundTrips.put(
                            closed,
                            new RoundTripCounts(
                                    one.part("latestFinOrData").counts(),
                                    one.part("watchedAtLeast").counts()));
                }
            }
        }
        return roundTrips;
    }

    private static LateSample sample(Part part) {
        return new LateSample(
                histogram(part.part("towardsFirstToClose")),
                histogram(part.part("towardsOther")),
                part.part("watched").counts(),
                part.part("latest").counts(),
                part.part("latestFinOrData").counts());
    }

    private static LateHistogram histogram(Part part) {
        Map<LateKind, AgeCounts> byKind = new EnumMap<>(LateKind.class);
        for (LateKind kind : LateKind.values()) {
            byKind.put(kind, part.part(StudyJson.key(kind)).counts());
        }
        return LateHistogram.of(byKind);
    }

    private static Object value(JsonParser parser, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("it is nested too deeply");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser, depth + 1));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser, depth + 1));
                }
                yield list;
            }
            case VALUE_NUMBER_INT -> parser.getLongValue();
            default -> String.valueOf(parser.getString()); // not looked at, or found to be no number
        };
    }

    /** A value and what it is called in messages. */
    private record Part(String name, Object value) {
        Map<?, ?> map() {
            if (value instanceof Map<?, ?> map) {
                return map;
            }
            throw new IllegalArgumentException(name + " is no object");
        }

        Part part(String key) {
            Object part = map().get(key);
            if (part == null) {
                throw new IllegalArgumentException("\"" + key + "\" is missing in " + name);
            }
            return new Part("\"" + key + "\"", part);
        }

        long number(String key) {
            return whole(part(key));
        }

        long[] numbers() {
            if (value instanceof List<?> list) {
                return list.stream()
                        .mapToLong(one -> whole(new Part(name, one)))
                        .toArray();
            }
            throw new IllegalArgumentException(name + " is no list");
        }

        AgeCounts counts() {
            AgeCounts counts = AgeCounts.of(numbers());
            if (counts.total() > MOST_TOTAL) {
                throw new IllegalArgumentException(name + " has more counts than a host can see");
            }
            return counts;
        }

        private static long whole(Part part) {
            if (part.value() instanceof Long number && number >= 0 && number <= MOST_COUNT) {
                return number;
            }
            throw new IllegalArgumentException(part.name() + " is no count: " + part.value());
        }
    }
}

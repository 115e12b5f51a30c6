package dev.tidewait.app.program;

import dev.tidewait.hook.DestinationRow;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.hook.NoPort;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** A {@link HookReport} for programs. No state. */
public final class HookJson {
    private HookJson() {}

    /**
     * Writes it as one object.
     *
     * @param mostDestinations how many rows at most
     */
    public static void write(JsonGenerator json, HookReport report, int mostDestinations) {
        HookSnapshot counted = report.snapshot();
        json.writeStartObject();
        json.writeStringProperty("cgroup", report.cgroup());
        json.writeNumberProperty("seconds", report.attachedMillis() / 1e3);
        json.writeStringProperty("ports", report.ports().toString());
        json.writeNumberProperty("portCount", report.ports().size());
        json.writeNumberProperty("asked", report.asked());
        json.writeNumberProperty("connects", counted.connects());
        json.writeNumberProperty("chosenShare", report.chosenShare());
        json.writeNumberProperty("kernelChose", counted.kernelChose());
        json.writeNumberProperty("refused", counted.refused());
        json.writeNumberProperty("bindErrors", counted.bindErrors());
        json.writeNumberProperty("destroyed", counted.destroys());
        json.writeNumberProperty("destroysRefused", counted.destroysRefused());
        json.writeNumberProperty("endingsLost", counted.endingsLost());
        json.writeObjectPropertyStart("leftAlone");
        for (LeftAlone reason : LeftAlone.values()) {
            json.writeNumberProperty(key(reason), counted.leftAlone(reason));
        }
        json.writeEndObject();
        json.writeObjectPropertyStart("noPort");
        for (NoPort reason : NoPort.values()) {
            json.writeNumberProperty(key(reason), counted.noPort(reason));
        }
        json.writeEndObject();
        List<DestinationRow> rows = counted.destinations();
        json.writeNumberProperty("destinationCount", rows.size());
        json.writeArrayPropertyStart("destinations");
        rows.stream().limit(mostDestinations).forEach(row -> write(json, row));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, DestinationRow row) {
        json.writeStartObject();
        json.writeStringProperty("destination", row.destination().toString());
        json.writeStringProperty("source", row.source().toString());
        json.writeNumberProperty("connects", row.connects());
        json.writeNumberProperty("neverUsed", row.neverUsed());
        json.writeNumberProperty("steals", row.steals());
        json.writeNumberProperty("afterClose", row.afterClose());
        json.writeNumberProperty("destroyed", row.destroys());
        json.writeNumberProperty("candidatesTried", row.candidatesTried());
        json.writeNumberProperty("kernelChose", row.kernelChose());
        json.writeNumberProperty("refused", row.refused());
        json.writeObjectPropertyStart("ageAtReuse");
        json.writeNumberProperty("count", row.reuses());
        if (row.reuses() > 0) {
            json.writeNumberProperty("minMillis", row.ageMinMillis());
            json.writeNumberProperty("medianMillis", row.ageMedianMillis());
            json.writeNumberProperty("maxMillis", row.ageMaxMillis());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** {@code SOURCE_UNKNOWN} becomes {@code sourceUnknown}. */
    private static String key(Enum<?> reason) {
        String[] words = reason.name().toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }
}

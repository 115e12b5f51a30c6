package dev.tidewait.lab.floor;

import dev.tidewait.lab.JsonObject;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An outcome as one line of JSON, and back. No state. */
final class FloorOutcomeJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private FloorOutcomeJson() {}

    static String line(FloorOutcome outcome) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(outcome, json);
        }
        return text.toString();
    }

    static void write(FloorOutcome outcome, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("cell", outcome.cell().name());
        json.writeNumberProperty("connections", outcome.connections());
        json.writeNumberProperty("perSecond", outcome.perSecond());
        json.writeNumberProperty("reuses", outcome.reuses());
        json.writeNumberProperty("ageSeconds", outcome.ageSeconds());
        json.writeNumberProperty("openSeconds", outcome.openSeconds());
        json.writeNumberProperty("copies", outcome.copies());
        json.writeNumberProperty("met", outcome.met());
        json.writeNumberProperty("predictedMet", outcome.predictedMet());
        json.writeNumberProperty("hit", outcome.hit());
        json.writeNumberProperty("taken", outcome.taken());
        json.writeNumberProperty("predictedTaken", outcome.predictedTaken());
        json.writeNumberProperty("refusedByTimestamp", outcome.refusedByTimestamp());
        json.writeNumberProperty("harmed", outcome.harmed());
        json.writeNumberProperty("wrongBytes", outcome.wrongBytes());
        json.writeNumberProperty("resets", outcome.resets());
        json.writeNumberProperty("cutOff", outcome.cutOff());
        json.writeNumberProperty("unfinished", outcome.unfinished());
        json.writeEndObject();
    }

    static FloorOutcome read(String line) {
        JsonObject json = JsonObject.parse(line);
        return new FloorOutcome(
                FloorCell.named(json.text("cell")),
                json.number("connections"),
                json.decimal("perSecond"),
                json.number("reuses"),
                json.decimal("ageSeconds"),
                json.decimal("openSeconds"),
                json.decimal("copies"),
                json.number("met"),
                json.decimal("predictedMet"),
                json.number("hit"),
                json.number("taken"),
                json.decimal("predictedTaken"),
                json.number("refusedByTimestamp"),
                json.number("harmed"),
                json.number("wrongBytes"),
                json.number("resets"),
                json.number("cutOff"),
                json.number("unfinished"));
    }
}

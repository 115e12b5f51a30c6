package dev.tidewait.lab.race;

import dev.tidewait.lab.JsonObject;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A round as one line of JSON, and back. No state. */
final class RoundJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private RoundJson() {}

    static String line(Round round) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(round, json);
        }
        return text.toString();
    }

    static void write(Round round, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("cell", round.cell().name());
        json.writeNumberProperty("round", round.number());
        json.writeNumberProperty("done", round.done());
        json.writeNumberProperty("failed", round.failed());
        json.writeStringProperty("causes", round.causes());
        json.writeObjectPropertyStart("figures");
        for (Figure figure : Figure.values()) {
            round.figure(figure).ifPresent(value -> json.writeNumberProperty(figure.key(), value));
        }
        json.writeEndObject();
        json.writeNumberProperty("millis", round.millis());
        json.writeEndObject();
    }

    /** @throws dev.tidewait.lab.LabException if it is not what {@link #line} writes */
    static Round read(String line) {
        JsonObject json = JsonObject.parse(line);
        JsonObject values = json.object("figures");
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            if (values.has(figure.key())) {
                figures.put(figure, values.decimal(figure.key()));
            }
        }
        return new Round(
                RaceCell.named(json.text("cell")),
                (int) json.number("round"),
                json.number("done"),
                json.number("failed"),
                json.text("causes"),
                figures,
                json.number("millis"));
    }
}

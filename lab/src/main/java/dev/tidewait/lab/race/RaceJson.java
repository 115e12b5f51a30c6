package dev.tidewait.lab.race;

import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A whole result as JSON. No state. */
final class RaceJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private RaceJson() {}

    /** One object: the command, what was measured, cells with medians and spread, every round, verdicts. */
    static String of(String command, String run, RaceResults results, List<Verdict> verdicts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("command", command);
            json.writeStringProperty("measured", run);
            json.writeArrayPropertyStart("cells");
            results.cells().forEach(cell -> write(cell, results, json));
            json.writeEndArray();
            Verdict.write(verdicts, json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(RaceCell cell, RaceResults results, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("cell", cell.name());
        json.writeStringProperty("work", cell.work().title());
        json.writeStringProperty("contestant", cell.contestant().title());
        for (Figure figure : Figure.values()) {
            results.spread(cell, figure).ifPresent(spread -> {
                json.writeObjectPropertyStart(figure.key());
                json.writeNumberProperty("least", spread.least());
                json.writeNumberProperty("median", spread.median());
                json.writeNumberProperty("most", spread.most());
                json.writeEndObject();
            });
        }
        json.writeArrayPropertyStart("rounds");
        results.rounds(cell).forEach(round -> RoundJson.write(round, json));
        json.writeEndArray();
        json.writeEndObject();
    }
}

package dev.tidewait.lab.floor;

import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A whole result as JSON. No state. */
final class FloorJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private FloorJson() {}

    /** One object: seed, cells, rates, verdicts. */
    static String of(long seed, List<FloorOutcome> outcomes, List<FastRate> fast, List<Verdict> verdicts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("seed", seed);
            json.writeArrayPropertyStart("cells");
            outcomes.forEach(outcome -> FloorOutcomeJson.write(outcome, json));
            json.writeEndArray();
            json.writeArrayPropertyStart("rates");
            fast.forEach(rate -> rate.write(json));
            json.writeEndArray();
            Verdict.write(verdicts, json);
            json.writeEndObject();
        }
        return text.toString();
    }
}

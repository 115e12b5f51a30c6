package dev.tidewait.lab.late;

import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A whole result as JSON. No state. */
public final class LateJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private LateJson() {}

    /** One object: seed, cells, predictions, verdicts. */
    public static String of(long seed, List<Outcome> outcomes, List<Prediction> predictions, List<Verdict> verdicts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("seed", seed);
            json.writeArrayPropertyStart("cells");
            outcomes.forEach(outcome -> OutcomeJson.write(outcome, json));
            json.writeEndArray();
            json.writeArrayPropertyStart("predictions");
            for (Prediction prediction : predictions) {
                json.writeStartObject();
                json.writeStringProperty("name", prediction.name());
                json.writeNumberProperty("copies", prediction.copies());
                json.writeNumberProperty("predicted", prediction.predicted());
                json.writeNumberProperty("deviation", prediction.deviation());
                if (prediction.inWindow().isPresent()) {
                    json.writeNumberProperty("inWindow", prediction.inWindow().getAsLong());
                }
                json.writeNumberProperty("observed", prediction.observed());
                json.writeBooleanProperty("agrees", prediction.agrees());
                json.writeEndObject();
            }
            json.writeEndArray();
            Verdict.write(verdicts, json);
            json.writeEndObject();
        }
        return text.toString();
    }
}

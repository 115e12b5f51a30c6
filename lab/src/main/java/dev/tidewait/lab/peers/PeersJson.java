package dev.tidewait.lab.peers;

import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A whole result as JSON. No state. */
final class PeersJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private PeersJson() {}

    /** One object: what was measured, cells, verdicts. */
    static String of(String run, List<PeerOutcome> outcomes, List<Verdict> verdicts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("measured", run);
            json.writeArrayPropertyStart("cells");
            outcomes.forEach(outcome -> PeerOutcomeJson.write(outcome, json));
            json.writeEndArray();
            Verdict.write(verdicts, json);
            json.writeEndObject();
        }
        return text.toString();
    }
}

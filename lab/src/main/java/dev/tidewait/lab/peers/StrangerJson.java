package dev.tidewait.lab.peers;

import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab peers --stranger} as JSON. No state. */
final class StrangerJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private StrangerJson() {}

    static String of(List<StrangerResult> results, Optional<KillResult> kill, List<Verdict> verdicts) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("programs");
            for (StrangerResult result : results) {
                json.writeStartObject();
                json.writeStringProperty("program", result.program());
                json.writeNumberProperty("askedPerSecond", result.asked());
                json.writeNumberProperty("done", result.done());
                json.writeNumberProperty("failed", result.failed());
                json.writeNumberProperty("perSecond", result.perSecond());
                json.writeStringProperty("causes", result.causes());
                PeerOutcomeJson.write(result.hook(), json);
                write(result.bystander(), json);
                json.writeEndObject();
            }
            json.writeEndArray();
            kill.ifPresent(result -> {
                json.writeObjectPropertyStart("kill");
                json.writeNumberProperty("running", result.running());
                json.writeNumberProperty("runningFailed", result.runningFailed());
                json.writeNumberProperty("done", result.done());
                json.writeNumberProperty("failed", result.failed());
                write(result.bystander(), json);
                json.writeEndObject();
            });
            Verdict.write(verdicts, json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(Bystander.Count bystander, JsonGenerator json) {
        json.writeObjectPropertyStart("outside");
        json.writeNumberProperty("done", bystander.done());
        json.writeNumberProperty("failed", bystander.failed());
        json.writeStringProperty("firstFailure", bystander.firstFailure());
        json.writeEndObject();
    }
}

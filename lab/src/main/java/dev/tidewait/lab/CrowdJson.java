package dev.tidewait.lab;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab crowd} as JSON. No state. */
final class CrowdJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private CrowdJson() {}

    static String of(CrowdResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("p99MicrosWithout", result.p99MicrosWithout());
            json.writeNumberProperty("p99MicrosWith", result.p99MicrosWith());
            json.writeArrayPropertyStart("rounds");
            for (CrowdRound round : result.rounds()) {
                json.writeStartObject();
                write(json, "alone", round.alone());
                write(json, "idle", round.idle());
                write(json, "full", round.full());
                write(json, "later", round.later());
                write(json, "left", round.left());
                json.writeEndObject();
            }
            json.writeEndArray();
            Verdict.write(result.verdicts(), json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, CrowdMemory memory) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("liveHeapBytes", memory.liveHeapBytes());
        json.writeNumberProperty("residentBytes", memory.residentBytes());
        json.writeNumberProperty("descriptors", memory.descriptors());
        json.writeEndObject();
    }
}

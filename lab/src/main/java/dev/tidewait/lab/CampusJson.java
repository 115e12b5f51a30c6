package dev.tidewait.lab;

import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab campus} as JSON. No state. */
final class CampusJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private CampusJson() {}

    static String of(CampusResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("visits", result.count().visits());
            json.writeNumberProperty("failed", result.count().failed());
            write(json, "kinds", result.count().kinds());
            write(json, "failures", result.count().failures());
            json.writeArrayPropertyStart("liveHeapBytes");
            result.liveHeapBytes().forEach(json::writeNumber);
            json.writeEndArray();
            json.writeArrayPropertyStart("samples");
            result.samples().forEach(sample -> write(json, sample));
            json.writeEndArray();
            Verdict.write(result.verdicts(), json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, Map<String, Long> counts) {
        json.writeObjectPropertyStart(name);
        counts.forEach(json::writeNumberProperty);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, CampusSample sample) {
        json.writeStartObject();
        json.writeNumberProperty("second", sample.second());
        json.writeNumberProperty("heapBytes", sample.heapBytes());
        json.writeNumberProperty("residentBytes", sample.residentBytes());
        json.writeNumberProperty("descriptors", sample.descriptors());
        json.writeNumberProperty("destinations", sample.destinations());
        json.writeNumberProperty("leased", sample.leased());
        json.writeNumberProperty("cooling", sample.cooling());
        json.writeNumberProperty("waiting", sample.waiting());
        json.writeEndObject();
    }
}

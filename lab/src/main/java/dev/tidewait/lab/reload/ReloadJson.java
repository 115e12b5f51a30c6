package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab reload} as JSON. No state. */
final class ReloadJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ReloadJson() {}

    static String of(ReloadResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            write(json, "single", result.single());
            write(json, "kept", result.kept());
            json.writeNumberProperty("steadyConnections", result.steady().opened());
            json.writeArrayPropertyStart("reloads");
            result.reloads().forEach(report -> write(json, report));
            json.writeEndArray();
            json.writeNumberProperty("leases", result.atEnd().leases());
            json.writeNumberProperty("leased", result.atEnd().leased());
            json.writeNumberProperty("cooling", result.atEnd().cooling());
            json.writeNumberProperty("descriptorsBefore", result.descriptorsBefore());
            json.writeNumberProperty("descriptorsAfter", result.descriptorsAfter());
            Verdict.write(result.verdicts(), json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, LoadReport load) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("done", load.done());
        json.writeNumberProperty("failed", load.failed());
        json.writeNumberProperty("p50Micros", load.answeredMicros().getValueAtPercentile(50));
        json.writeNumberProperty("p99Micros", load.answeredMicros().getValueAtPercentile(99));
        json.writeNumberProperty("maxMicros", load.answeredMicros().getMaxValue());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ReloadReport report) {
        json.writeStartObject();
        json.writeNumberProperty("number", report.step().number());
        json.writeStringProperty("kind", report.step().kind().toString());
        json.writeStringProperty("way", report.step().way().name());
        json.writeBooleanProperty("refused", report.step().written().refusal().isPresent());
        json.writeStringProperty("trouble", report.trouble());
        json.writeNumberProperty("millis", report.tookMillis());
        json.writeNumberProperty("coolingBefore", report.before().cooling());
        json.writeNumberProperty("coolingAfter", report.after().cooling());
        json.writeEndObject();
    }
}

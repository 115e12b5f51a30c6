package dev.tidewait.lab.late;

import dev.tidewait.lab.JsonObject;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An outcome as one line of JSON, and back. No state. */
final class OutcomeJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private OutcomeJson() {}

    static String line(Outcome outcome) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(outcome, json);
        }
        return text.toString();
    }

    static void write(Outcome outcome, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("cell", outcome.cell().name());
        json.writeBooleanProperty("guaranteed", outcome.cell().isGuaranteed());
        json.writeNumberProperty("copies", outcome.copies());
        json.writeNumberProperty("incarnations", outcome.incarnations());
        json.writeArrayPropertyStart("byKind");
        outcome.byKind().forEach(json::writeNumber);
        json.writeEndArray();
        json.writeNumberProperty("youngestMicros", outcome.youngestMicros());
        json.writeNumberProperty("oldestMicros", outcome.oldestMicros());
        json.writeNumberProperty("wrongBytes", outcome.wrongBytes());
        json.writeNumberProperty("resets", outcome.resets());
        json.writeNumberProperty("cutOff", outcome.cutOff());
        json.writeNumberProperty("unfinished", outcome.unfinished());
        json.writeNumberProperty("unused", outcome.unused());
        json.writeNumberProperty("done", outcome.done());
        json.writeNumberProperty("challengeAcks", outcome.challengeAcks());
        json.writeNumberProperty("refusedByTimestamp", outcome.refusedByTimestamp());
        json.writeNumberProperty("unanswered", outcome.unanswered());
        json.writeNumberProperty("synsRepeated", outcome.synsRepeated());
        json.writeNumberProperty("noPort", outcome.noPort());
        json.writeNumberProperty("millis", outcome.millis());
        json.writeStringProperty("firstWrong", outcome.firstWrong());
        outcome.run().ifPresent(run -> write(run, json));
        json.writeEndObject();
    }

    private static void write(RunCount run, JsonGenerator json) {
        json.writeObjectPropertyStart("run");
        json.writeNumberProperty("chosen", run.chosen());
        json.writeNumberProperty("reused", run.reused());
        json.writeNumberProperty("kernelChose", run.kernelChose());
        json.writeNumberProperty("leftAlone", run.leftAlone());
        json.writeNumberProperty("refused", run.refused());
        json.writeNumberProperty("youngestMillis", run.youngestMillis());
        json.writeEndObject();
    }

    /** @throws dev.tidewait.lab.LabException if it is not what {@link #line} writes */
    static Outcome read(String line) {
        JsonObject json = JsonObject.parse(line);
        List<Long> byKind = json.array("byKind").stream()
                .map(number -> ((Number) number).longValue())
                .toList();
        return new Outcome(
                Cell.named(json.text("cell")),
                json.number("copies"),
                json.number("incarnations"),
                byKind,
                json.number("youngestMicros"),
                json.number("oldestMicros"),
                json.number("wrongBytes"),
                json.number("resets"),
                json.number("cutOff"),
                json.number("unfinished"),
                json.number("unused"),
                json.number("done"),
                json.number("challengeAcks"),
                json.number("refusedByTimestamp"),
                json.number("unanswered"),
                json.number("synsRepeated"),
                json.number("noPort"),
                json.number("millis"),
                json.text("firstWrong"),
                json.has("run") ? Optional.of(readRun(json.object("run"))) : Optional.empty());
    }

    private static RunCount readRun(JsonObject run) {
        return new RunCount(
                run.number("chosen"),
                run.number("reused"),
                run.number("kernelChose"),
                run.number("leftAlone"),
                run.number("refused"),
                run.number("youngestMillis"));
    }
}

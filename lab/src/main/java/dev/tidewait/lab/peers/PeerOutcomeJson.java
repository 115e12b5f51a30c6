package dev.tidewait.lab.peers;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.product.HookCount;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An outcome as one line of JSON, and back. No state. */
final class PeerOutcomeJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private PeerOutcomeJson() {}

    static String line(PeerOutcome outcome) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(outcome, json);
        }
        return text.toString();
    }

    static void write(PeerOutcome outcome, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("cell", outcome.cell().name());
        json.writeNumberProperty("askedPerSecond", outcome.asked());
        json.writeNumberProperty("done", outcome.done());
        json.writeNumberProperty("failed", outcome.failed());
        json.writeNumberProperty("perSecond", outcome.perSecond());
        json.writeNumberProperty("p50Micros", outcome.p50Micros());
        json.writeNumberProperty("p99Micros", outcome.p99Micros());
        json.writeNumberProperty("secondsWithoutAny", outcome.outages());
        json.writeStringProperty("causes", outcome.causes());
        json.writeNumberProperty("resetsSent", outcome.resets());
        json.writeNumberProperty("timeWait", outcome.timeWait());
        outcome.hook().ifPresent(hook -> write(hook, json));
        outcome.reaper().ifPresent(reaper -> {
            json.writeObjectPropertyStart("reap");
            json.writeNumberProperty("destroyed", reaper.destroyed());
            json.writeNumberProperty("cpuShare", reaper.cpuShare());
            json.writeEndObject();
        });
        outcome.failedAfterwards().ifPresent(failed -> json.writeNumberProperty("failedAfterwards", failed));
        json.writeNumberProperty("millis", outcome.millis());
        json.writeEndObject();
    }

    /** As property {@code run} of the object that is being written. */
    static void write(HookCount hook, JsonGenerator json) {
        json.writeObjectPropertyStart("run");
        json.writeNumberProperty("chosen", hook.chosen());
        json.writeNumberProperty("kernelChose", hook.kernelChose());
        json.writeNumberProperty("leftAlone", hook.leftAlone());
        json.writeNumberProperty("youngestMillis", hook.youngestMillis());
        json.writeObjectPropertyStart("noPort");
        hook.noPort().forEach(json::writeNumberProperty);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** @throws dev.tidewait.lab.LabException if it is not what {@link #line} writes */
    static PeerOutcome read(String line) {
        JsonObject json = JsonObject.parse(line);
        return new PeerOutcome(
                PeerCell.named(json.text("cell")),
                json.decimal("askedPerSecond"),
                json.number("done"),
                json.number("failed"),
                json.decimal("perSecond"),
                json.number("p50Micros"),
                json.number("p99Micros"),
                (int) json.number("secondsWithoutAny"),
                json.text("causes"),
                json.number("resetsSent"),
                json.number("timeWait"),
                json.has("run") ? Optional.of(hook(json.object("run"))) : Optional.empty(),
                json.has("reap") ? Optional.of(reaper(json.object("reap"))) : Optional.empty(),
                json.has("failedAfterwards") ? OptionalLong.of(json.number("failedAfterwards")) : OptionalLong.empty(),
                json.number("millis"));
    }

    private static HookCount hook(JsonObject json) {
        return new HookCount(
                json.number("chosen"),
                json.number("kernelChose"),
                json.number("leftAlone"),
                json.number("youngestMillis"),
                json.has("noPort") ? json.object("noPort").positive() : Map.of());
    }

    private static ReapCount reaper(JsonObject json) {
        return new ReapCount(json.number("destroyed"), json.decimal("cpuShare"));
    }
}

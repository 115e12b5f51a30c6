package dev.tidewait.app;

import dev.tidewait.app.admin.Page;
import dev.tidewait.app.binding.Problem;
import dev.tidewait.app.configuration.ConfigurationChange;
import dev.tidewait.app.configuration.Effect;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** {@code POST /reload}: reads the configuration again and answers with what changed, or with what is wrong. Any thread. */
final class ReloadPage implements Page {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNPROCESSABLE = 422;

    private final Supplier<ReloadOutcome> reload;

    ReloadPage(Supplier<ReloadOutcome> reload) {
        this.reload = reload;
    }

    @Override
    public Answer answer() {
        ReloadOutcome outcome = reload.get();
        int status = switch (outcome) {
            case ReloadOutcome.Applied applied -> OK;
            case ReloadOutcome.Wrong wrong -> BAD_REQUEST;
            case ReloadOutcome.Impossible impossible -> UNPROCESSABLE;
        };
        return new Answer(status, "application/json", Json.bytes(json -> write(outcome, json)));
    }

    private static void write(ReloadOutcome outcome, JsonGenerator json) {
        json.writeStartObject();
        switch (outcome) {
            case ReloadOutcome.Applied applied -> applied(applied, json);
            case ReloadOutcome.Wrong wrong -> {
                refused(wrong.generation(), json);
                json.writeArrayPropertyStart("problems");
                wrong.problems().forEach(problem -> problem(problem, json));
                json.writeEndArray();
            }
            case ReloadOutcome.Impossible impossible -> {
                refused(impossible.generation(), json);
                json.writeArrayPropertyStart("problems");
                json.writeStartObject();
                json.writeStringProperty("message", impossible.why());
                json.writeEndObject();
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }

    private static void applied(ReloadOutcome.Applied applied, JsonGenerator json) {
        json.writeBooleanProperty("applied", true);
        json.writeNumberProperty("generation", applied.generation());
        json.writeBooleanProperty(
                "restartNeeded", applied.changes().stream().anyMatch(change -> change.effect() == Effect.RESTART));
        json.writeArrayPropertyStart("changes");
        for (ConfigurationChange change : applied.changes()) {
            json.writeStartObject();
            json.writeStringProperty("key", change.key());
            json.writeStringProperty("before", change.before());
            json.writeStringProperty("after", change.after());
            json.writeStringProperty("effect", change.effect().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void refused(long generation, JsonGenerator json) {
        json.writeBooleanProperty("applied", false);
        json.writeNumberProperty("generation", generation);
    }

    private static void problem(Problem problem, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("file", problem.file());
        json.writeNumberProperty("line", problem.position().line());
        json.writeNumberProperty("column", problem.position().column());
        json.writeStringProperty("message", problem.message());
        json.writeEndObject();
    }
}

package dev.tidewait.lab;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * One claim and whether it holds. Immutable.
 *
 * @param holds whether it does
 * @param claim what is claimed
 * @param evidence the figures
 */
public record Verdict(boolean holds, String claim, String evidence) {
    /** @param evidence a format for the figures */
    @FormatMethod
    public static Verdict of(boolean holds, String claim, @FormatString String evidence, Object... figures) {
        return new Verdict(holds, claim, String.format(Locale.ROOT, evidence, figures));
    }

    /** @return the program's exit code */
    public static int exitCode(List<Verdict> verdicts) {
        return verdicts.stream().allMatch(Verdict::holds) ? 0 : LabMain.VERDICT_FAILED;
    }

    /** One line each. */
    public static void print(List<Verdict> verdicts, PrintWriter out) {
        for (Verdict verdict : verdicts) {
            out.printf("%s %s: %s%n", verdict.holds ? "ok    " : "FAILED", verdict.claim, verdict.evidence);
        }
    }

    /** As property {@code verdicts} of the object that is being written. */
    public static void write(List<Verdict> verdicts, JsonGenerator json) {
        json.writeArrayPropertyStart("verdicts");
        for (Verdict verdict : verdicts) {
            json.writeStartObject();
            json.writeBooleanProperty("holds", verdict.holds);
            json.writeStringProperty("claim", verdict.claim);
            json.writeStringProperty("evidence", verdict.evidence);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

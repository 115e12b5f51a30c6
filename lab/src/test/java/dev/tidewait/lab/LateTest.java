package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@code lab late}: the same circumstances with and without the rule. */
@NeedsRoot
@Timeout(100)
class LateTest {
    private static final String CIRCUMSTANCES = "/timestamps-neither/overlapping/client/large";
    private static final int TRIES = 3;

    @Test
    void shouldHarmWhoeverUsesAPortAtOnce() {
        // The ranges overlap only if the machine sends faster than the clock of sequence numbers: it may be busy for a
        // while.
        JsonObject cell = run("at-once" + CIRCUMSTANCES, 1);
        for (int i = 2; i <= TRIES && (cell.number("wrongBytes") == 0 || cell.number("resets") == 0); i++) {
            cell = run("at-once" + CIRCUMSTANCES, i);
        }

        assertThat(cell)
                .matches(harmed -> harmed.number("wrongBytes") > 0, "bytes of a former connection came out")
                .matches(harmed -> harmed.number("resets") > 0, "a live connection was reset");
    }

    @Test
    void shouldHarmNobodyBehindTheRule() {
        assertThat(run("tidewait" + CIRCUMSTANCES, 1))
                .matches(cell -> cell.number("copies") > 1_000, "copies came")
                .returns(75L, cell -> cell.number("incarnations")) // 60 after connections that end as the cell says
                .returns(75L + 75L, cell -> cell.number("done"))
                .matches(
                        cell -> cell.array("byKind").stream().allMatch(count -> ((Number) count).longValue() > 0),
                        "copies of every kind came")
                .returns(0L, cell -> cell.number("wrongBytes") + cell.number("resets") + cell.number("cutOff"));
    }

    /** The only cell of a run. */
    private static JsonObject run(String cell, int seed) {
        StringWriter out = new StringWriter();
        StringWriter progress = new StringWriter();
        int exitCode = LabMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(progress, true))
                .execute("late", "--seed", Integer.toString(seed), "--incarnations", "60", "--json", "--cells", cell);
        assertThat(exitCode).as(progress.toString()).isNotEqualTo(LabMain.NO_BED);
        JsonObject result = JsonObject.parse(out.toString());
        List<JsonObject> verdicts = result.objects("verdicts");
        assertThat(verdicts).hasSize(1);
        assertThat(exitCode).isEqualTo(verdicts.getFirst().flag("holds") ? 0 : LabMain.VERDICT_FAILED);
        return result.objects("cells").getFirst();
    }
}

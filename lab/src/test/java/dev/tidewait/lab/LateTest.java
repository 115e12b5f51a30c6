package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short form of {@code lab late}: the same circumstances with and without the rule, and in a program under it. */
@NeedsRoot
@Timeout(100)
class LateTest {
    private static final String CIRCUMSTANCES = "/timestamps-neither/overlapping/client/large";
    private static final int TRIES = 3;
    private static final int INCARNATIONS = 60;

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

    @ParameterizedTest
    @CsvSource({"both/apart/server/large, 1000", "neither/overlapping/client/large, 5000"})
    void shouldHarmNobodyUnderRun(String circumstances, long floorMillis) {
        JsonObject cell = run("run/timestamps-" + circumstances, 1, "--under", "run");

        JsonObject hook = cell.object("run");
        assertThat(cell)
                .matches(met -> met.number("copies") > 1_000, "copies came")
                .matches(met -> met.number("incarnations") >= INCARNATIONS, "into live connections")
                .returns(hook.number("chosen") + 1, met -> met.number("done"))
                .returns(0L, met -> met.number("wrongBytes") + met.number("resets") + met.number("cutOff"));
        assertThat(hook)
                .returns(75L, count -> count.number("reused"))
                .returns(0L, count -> count.number("kernelChose"))
                .returns(1L, count -> count.number("leftAlone"))
                .matches(count -> count.number("refused") > 0, "some had to wait")
                .matches(count -> count.number("youngestMillis") >= floorMillis, "none below the floor")
                .matches(count -> count.number("youngestMillis") < floorMillis + 2_000, "near the floor");
    }

    /** The only cell of a run. */
    private static JsonObject run(String cell, int seed, String... options) {
        StringWriter out = new StringWriter();
        StringWriter progress = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("late", "--seed", Integer.toString(seed), "--json"));
        arguments.addAll(List.of("--incarnations", Integer.toString(INCARNATIONS), "--cells", cell));
        arguments.addAll(List.of(options));
        int exitCode = LabMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(progress, true))
                .execute(arguments.toArray(new String[0]));
        assertThat(exitCode).as(progress.toString()).isNotEqualTo(LabMain.NO_BED);
        JsonObject result = JsonObject.parse(out.toString());
        List<JsonObject> verdicts = result.objects("verdicts");
        assertThat(verdicts).isNotEmpty();
        assertThat(exitCode)
                .isEqualTo(verdicts.stream().allMatch(verdict -> verdict.flag("holds")) ? 0 : LabMain.VERDICT_FAILED);
        return result.objects("cells").getFirst();
    }
}

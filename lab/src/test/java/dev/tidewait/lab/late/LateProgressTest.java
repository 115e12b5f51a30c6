package dev.tidewait.lab.late;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LateProgressTest {
    private static final Cell RULE =
            new Cell(Method.TIDEWAIT, Timestamps.NEITHER, Ranges.APART, Closing.CLIENT, Window.LARGE);
    private static final Cell SAME_WITH_SMALL_WINDOW =
            new Cell(Method.TIDEWAIT, Timestamps.NEITHER, Ranges.APART, Closing.CLIENT, Window.SMALL);
    private static final Cell OTHER_CLOSING =
            new Cell(Method.TIDEWAIT, Timestamps.NEITHER, Ranges.APART, Closing.SERVER, Window.LARGE);
    private static final Cell CARELESS = RULE.with(Method.AT_ONCE);

    @Test
    void shouldExpectThatACellTakesAsLongAsLikeCellsDid() {
        LateProgress progress = new LateProgress(List.of(RULE, OTHER_CLOSING, SAME_WITH_SMALL_WINDOW), List.of());

        progress.add(took(RULE, 10_000));
        progress.add(took(OTHER_CLOSING, 40_000));

        assertThat(progress.leftMillis()).isEqualTo(10_000);
        assertThat(progress.line()).isEqualTo("2 of 3 cells, 10 s left");
    }

    @Test
    void shouldCountTheLongerOfTheTwoLanes() {
        LateProgress progress =
                new LateProgress(List.of(RULE, CARELESS, SAME_WITH_SMALL_WINDOW, OTHER_CLOSING), List.of());

        progress.add(took(RULE, 60_000));
        assertThat(progress.leftMillis()).isEqualTo(2 * 60_000);

        progress.add(took(SAME_WITH_SMALL_WINDOW, 60_000));
        progress.add(took(OTHER_CLOSING, 60_000));
        assertThat(progress.leftMillis()).as("a guess, for want of a like cell").isPositive();

        progress.add(took(CARELESS, 3_000));
        assertThat(progress.line()).isEqualTo("4 of 4 cells, 0 s left");
    }

    @Test
    void shouldGoByWhatAnEarlierRunHasLeft() {
        List<Outcome> known =
                Stream.of(RULE, CARELESS).map(cell -> took(cell, 120_000)).toList();

        LateProgress progress = new LateProgress(List.of(RULE, SAME_WITH_SMALL_WINDOW), known);

        assertThat(progress.line()).isEqualTo("1 of 2 cells, 2 min left");
    }

    @Test
    void shouldRunNoCellThatIsKnown() {
        List<Outcome> known = List.of(took(RULE, 1), took(CARELESS, 1));

        List<Outcome> outcomes = new LateSeries(1, 20, outcome -> {
                    throw new AssertionError("run again: " + outcome.cell());
                })
                .run(List.of(CARELESS, RULE), known);

        assertThat(outcomes).containsExactly(known.get(1), known.get(0));
    }

    private static Outcome took(Cell cell, long millis) {
        return LateVerdictsTest.outcome(cell, millis);
    }
}

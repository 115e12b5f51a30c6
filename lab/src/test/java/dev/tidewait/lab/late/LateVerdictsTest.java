package dev.tidewait.lab.late;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.lab.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LateVerdictsTest {
    private static final Cell GUARANTEED =
            new Cell(Method.TIDEWAIT, Timestamps.NEITHER, Ranges.OVERLAPPING, Closing.CLIENT, Window.LARGE);
    private static final Cell BEYOND =
            new Cell(Method.TIDEWAIT, Timestamps.CLIENT_ONLY, Ranges.WRAPPED, Closing.CLIENT, Window.LARGE);
    private static final Cell CARELESS = GUARANTEED.with(Method.AT_ONCE);

    @Test
    void shouldHoldWhenOnlyTheCarelessAreHarmed() {
        List<Verdict> verdicts = LateVerdicts.of(
                List.of(
                        outcome(GUARANTEED, 10_000, 500, 0, 0, 0),
                        outcome(BEYOND, 10_000, 500, 1, 0, 0),
                        outcome(CARELESS, 10, 1, 1, 1, 0)),
                true);

        assertThat(verdicts).hasSize(4).allMatch(Verdict::holds);
    }

    @Test
    void shouldFailWhenAGuaranteedConnectionIsHarmedInWhateverWay() {
        for (Outcome harmed : List.of(
                outcome(GUARANTEED, 10_000, 500, 1, 0, 0),
                outcome(GUARANTEED, 10_000, 500, 0, 1, 0),
                outcome(GUARANTEED, 10_000, 500, 0, 0, 1))) {
            List<Verdict> verdicts = LateVerdicts.of(List.of(harmed), false);

            assertThat(verdicts).hasSize(1).noneMatch(Verdict::holds);
            assertThat(verdicts.getFirst().evidence()).contains(GUARANTEED.name());
        }
    }

    @Test
    void shouldFailWhenTooFewCopiesCame() {
        assertThat(enough(10_000, 500)).isTrue();
        assertThat(enough(9_999, 500)).isFalse();
        assertThat(enough(10_000, 499)).isFalse();
    }

    private static boolean enough(long copies, long incarnations) {
        return LateVerdicts.of(
                        List.of(
                                outcome(GUARANTEED, 20_000, 600, 0, 0, 0),
                                outcome(GUARANTEED, copies, incarnations, 0, 0, 0)),
                        true)
                .get(1)
                .holds();
    }

    @Test
    void shouldFailWhenAKindOfSegmentIsMissingInOneCell() {
        List<Outcome> outcomes = List.of(
                outcome(GUARANTEED, 20_000, 600, 0, 0, 0),
                outcome(GUARANTEED, 20_000, 600, 0, 0, 0, List.of(9_000L, 9_000L, 900L, 99L, 1_001L)));

        Verdict verdict = LateVerdicts.of(outcomes, true).get(2);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.evidence()).contains("RST 99, 499; SYN 500, 1,501");
    }

    @Test
    void shouldFailWhenTheExperimentCannotFail() {
        Verdict verdict = LateVerdicts.of(
                        List.of(outcome(CARELESS, 10_000, 500, 0, 5, 0), outcome(GUARANTEED, 10_000, 500, 0, 0, 0)),
                        true)
                .getLast();

        assertThat(verdict.claim()).contains("the same link harms");
        assertThat(verdict.holds()).isFalse();
    }

    @Test
    void shouldFailWhenNothingIsHarmedBesideAProgramUnderRun() {
        Outcome underRun = with(
                outcome(GUARANTEED.with(Method.RUN), 10_000, 500, 0, 0, 0), new RunCount(1_000, 500, 0, 1, 0, 5_000));

        assertThat(LateVerdicts.of(List.of(underRun, outcome(Cell.CONTROL, 10_000, 500, 0, 5, 0)), true))
                .extracting(Verdict::holds)
                .containsExactly(true, true, true, true, false);
    }

    @Test
    void shouldAskOfAProgramUnderRunWhatIsAskedOfTheRule() {
        RunCount chosen = new RunCount(1_000, 500, 0, 1, 7_000, 5_000);

        assertThat(underRun(chosen, 0)).hasSize(5).allMatch(Verdict::holds);
        assertThat(underRun(chosen, 1)).extracting(Verdict::holds).containsExactly(false, true, true, true, true);
    }

    @Test
    void shouldFailWhenTheHookHasNotChosenThePortsUnderRun() {
        assertThat(chosenByTheHook(new RunCount(1_000, 500, 0, 1, 0, 5_000))).isTrue();
        assertThat(chosenByTheHook(new RunCount(1_000, 500, 1, 1, 0, 5_000)))
                .as("a port of the kernel's, which --strict leaves no room for")
                .isFalse();
        assertThat(chosenByTheHook(new RunCount(1_000, 500, 0, 2, 0, 5_000)))
                .as("left alone, and not the first one")
                .isFalse();
        assertThat(chosenByTheHook(new RunCount(1_000, 499, 0, 1, 0, 5_000)))
                .as("a connection on a used port that was not the hook's")
                .isFalse();
        assertThat(chosenByTheHook(new RunCount(1_000, 500, 0, 1, 0, 4_999)))
                .as("below the floor")
                .isFalse();
        assertThat(chosenByTheHook(new RunCount(0, 0, 0, 1, 0, 0))).isFalse();
    }

    private static boolean chosenByTheHook(RunCount count) {
        return underRun(count, 0).get(3).holds();
    }

    private static List<Verdict> underRun(RunCount count, long wrongBytes) {
        Outcome some = outcome(GUARANTEED.with(Method.RUN), 10_000, 500, wrongBytes, 0, 0);
        return LateVerdicts.of(List.of(with(some, count), outcome(CARELESS, 10, 1, 1, 1, 0)), true);
    }

    /** The same with what {@code tidewait run} counted. */
    static Outcome with(Outcome some, RunCount count) {
        return new Outcome(
                some.cell(),
                some.copies(),
                some.incarnations(),
                some.byKind(),
                some.youngestMicros(),
                some.oldestMicros(),
                some.wrongBytes(),
                some.resets(),
                some.cutOff(),
                some.unfinished(),
                some.unused(),
                some.done(),
                some.challengeAcks(),
                some.refusedByTimestamp(),
                some.unanswered(),
                some.synsRepeated(),
                some.noPort(),
                some.millis(),
                some.firstWrong(),
                Optional.of(count));
    }

    @Test
    void shouldAskForFivePredictionsThatSaySomething() {
        Prediction right = Prediction.rare("right", 1_000, 100, 119, 119);
        Prediction wrong = Prediction.rare("wrong", 1_000, 100, 121, 121);
        Prediction few = Prediction.rare("few", 1_000, 19, 19, 19);

        assertThat(LateVerdicts.ofModel(List.of(right, right, right, right, right, wrong)))
                .returns(true, Verdict::holds)
                .returns("5 of 6 with at least 20 predicted events; outside: [wrong]", Verdict::evidence);
        assertThat(LateVerdicts.ofModel(List.of(right, right, right, right, few))
                        .holds())
                .isFalse();
    }

    @Test
    void shouldExpectHalfOfTheCopiesWithinNarrowBounds() {
        assertThat(Prediction.share("half", 10_000, 0.5, 5_097).agrees()).isTrue();
        assertThat(Prediction.share("half", 10_000, 0.5, 5_099).agrees()).isFalse();
    }

    @Test
    void shouldTellTheLuckOfTheNumbersFromWhatTheReceiverDid() {
        assertThat(Prediction.rare("unlucky", 1_000, 100, 78, 77).line())
                .endsWith("100.0 predicted (95 %: 80 to 120), 77 observed (78 in the window), OUTSIDE");
        assertThat(Prediction.share("half", 1_000, 0.5, 500).line()).endsWith("500 observed");
    }

    static Outcome outcome(Cell cell, long copies, long incarnations, long wrongBytes, long resets, long unfinished) {
        return outcome(
                cell, copies, incarnations, wrongBytes, resets, unfinished, List.of(100L, 200L, 300L, 400L, 500L));
    }

    /** Harmless, and of a known length. */
    static Outcome outcome(Cell cell, long millis) {
        Outcome some = outcome(cell, 20_000, 600, 0, 0, 0);
        return new Outcome(
                cell,
                some.copies(),
                some.incarnations(),
                some.byKind(),
                some.youngestMicros(),
                some.oldestMicros(),
                0,
                0,
                0,
                0,
                some.unused(),
                some.done(),
                some.challengeAcks(),
                some.refusedByTimestamp(),
                some.unanswered(),
                some.synsRepeated(),
                some.noPort(),
                millis,
                "",
                Optional.empty());
    }

    private static Outcome outcome(
            Cell cell,
            long copies,
            long incarnations,
            long wrongBytes,
            long resets,
            long unfinished,
            List<Long> byKind) {
        return new Outcome(
                cell,
                copies,
                incarnations,
                byKind,
                1_000,
                2_000,
                wrongBytes,
                resets,
                0,
                unfinished,
                12,
                incarnations,
                6,
                7,
                8,
                9,
                10,
                11,
                "",
                Optional.empty());
    }
}

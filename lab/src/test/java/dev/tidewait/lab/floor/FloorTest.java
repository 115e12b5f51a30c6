package dev.tidewait.lab.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.risk.DelayTail;
import dev.tidewait.evidence.risk.ParetoTail;
import dev.tidewait.evidence.risk.PoissonBounds;
import dev.tidewait.lab.NeedsRoot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code lab floor} in small, on a real bed. */
@NeedsRoot
class FloorTest {
    private static final DelayTail TAIL = new ParetoTail(0.05, 1);

    private static FloorOutcome run(Setting setting, int floorMillis) {
        return new FloorRun(new FloorCell(TAIL, setting, Duration.ofMillis(floorMillis)), 5).run();
    }

    @Test
    void shouldLetAsManyCopiesMeetALaterConnectionAsTheModelSays() {
        FloorOutcome outcome = run(Setting.TIMESTAMPS, 300);

        // A wider bound than the command's, because this must hold in every run: five deviations.
        double reach = 5 * Math.sqrt(outcome.predictedMet());
        assertThat(outcome.predictedMet()).isGreaterThan(200);
        assertThat((double) outcome.met()).isBetween(outcome.predictedMet() - reach, outcome.predictedMet() + reach);
        assertThat(outcome.ageSeconds()).isBetween(0.3, 1.0);
        // Not harmed(): that has those that a busy machine did not finish in time.
        assertThat(outcome.wrongBytes()).isZero();
        assertThat(outcome.resets()).isZero();
        assertThat(outcome.cutOff()).isZero();
        assertThat(outcome.refusedByTimestamp()).isPositive();
        assertThat(outcome.reuses()).isGreaterThan(outcome.connections() / 2);
    }

    @Test
    void shouldHarmWhereNothingProtectsAndTheFloorIsZero() {
        FloorOutcome outcome = run(Setting.WRAPPED, 0);

        assertThat(outcome.met()).isPositive();
        assertThat(outcome.taken()).isGreaterThan(5);
        assertThat(outcome.harmed()).isPositive();
        assertThat(outcome.wrongBytes()).isPositive();
    }

    @Test
    void shouldReadBackWhatItKeeps() {
        FloorOutcome outcome = new FloorOutcome(
                new FloorCell(TAIL, Setting.UNRELATED, Duration.ofSeconds(1)),
                1,
                2.5,
                3,
                1.001,
                0.2,
                1e6,
                4,
                5.5,
                6,
                7,
                8.5,
                9,
                10,
                11,
                12,
                13,
                14);
        assertThat(FloorOutcomeJson.read(FloorOutcomeJson.line(outcome))).isEqualTo(outcome);
    }

    /** A forecast of twice as many as came must be told from a right one, and so must any harm where none is allowed. */
    @Test
    void shouldFailWhereTheModelIsWrongOrAGuaranteeIsBroken() {
        FloorOutcome right = outcome(Setting.CLOCK, 400, 395, 0);
        assertThat(FloorVerdicts.of(List.of(right)))
                .allSatisfy(verdict -> assertThat(verdict.holds()).isTrue());
        assertThat(FloorVerdicts.of(List.of(outcome(Setting.CLOCK, 400, 200, 0))))
                .anySatisfy(verdict -> {
                    assertThat(verdict.holds()).isFalse();
                    assertThat(verdict.claim()).startsWith("and so do all of them together");
                });
        assertThat(FloorVerdicts.of(
                        List.of(outcome(Setting.CLOCK, 400, 200, 0), outcome(Setting.TIMESTAMPS, 400, 200, 0))))
                .anySatisfy(verdict -> {
                    assertThat(verdict.holds()).isFalse();
                    assertThat(verdict.claim()).contains("95 % bounds of the lab's results");
                });
        assertThat(FloorVerdicts.of(List.of(outcome(Setting.CLOCK, 400, 395, 1))))
                .anySatisfy(verdict -> {
                    assertThat(verdict.holds()).isFalse();
                    assertThat(verdict.evidence()).endsWith("harmed: [pareto:0.05:1/clock/1000]");
                });
    }

    private static FloorOutcome outcome(Setting setting, long met, double predicted, long harmed) {
        return new FloorOutcome(
                new FloorCell(TAIL, setting, Duration.ofSeconds(1)),
                100,
                10,
                80,
                1.001,
                0.2,
                1e6,
                met,
                predicted,
                50,
                0,
                0,
                0,
                harmed,
                0,
                0,
                0,
                0);
    }

    @Test
    void shouldAllowAsManyOutsideAsLuckAllows() {
        assertThat(FloorVerdicts.mostOutside(0)).isZero();
        assertThat(FloorVerdicts.mostOutside(1)).isEqualTo(1);
        assertThat(FloorVerdicts.mostOutside(20)).isEqualTo(4);
        assertThat(FloorVerdicts.mostOutside(100)).isEqualTo(11);
        assertThat(PoissonBounds.of(400).contain(400)).isTrue();
    }

    @Test
    void shouldDrawAChartThatIsXml() throws Exception {
        String svg = FloorChart.of("./tidewait lab floor <here>", List.of(outcome(Setting.CLOCK, 400, 395, 1)));
        var document = javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new java.io.ByteArrayInputStream(svg.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("circle").getLength()).isGreaterThan(5);
    }
}

package dev.tidewait.evidence.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tails against their closed forms, and the literature's against the figures printed there. */
class DelayTailTest {
    static Stream<DelayTail> tails() {
        return Stream.concat(
                DelayTails.fromLiterature().stream(), Stream.of(new ParetoTail(0.05, 1), new LogNormalTail(0.05, 2)));
    }

    @ParameterizedTest
    @MethodSource("tails")
    void shouldFallFromOneAndNeverRise(DelayTail tail) {
        assertThat(tail.beyond(0)).isEqualTo(1);
        double before = 1;
        for (double t = 0.001; t < 1_000; t *= 1.07) {
            assertThat(tail.beyond(t)).as("%s at %s s", tail.name(), t).isBetween(0.0, before);
            before = tail.beyond(t);
        }
    }

    @ParameterizedTest
    @MethodSource("tails")
    void shouldGiveBackTheDelayOfAShare(DelayTail tail) {
        for (double share : List.of(0.9, 0.5, 0.2, 0.05, 0.011)) {
            assertThat(tail.beyond(tail.secondsExceededBy(share)))
                    .as("%s at %s", tail.name(), share)
                    .isCloseTo(share, within(share * 1e-9));
        }
    }

    @ParameterizedTest
    @MethodSource("tails")
    void shouldBeFoundByItsOwnName(DelayTail tail) {
        assertThat(DelayTails.named(tail.name())).isEqualTo(tail);
    }

    /** The rows of the paper: the time that catches 95 and 99 of 100 pings. */
    @ParameterizedTest
    @CsvSource({"imc15-50, 0.42, 0.64", "imc15-90, 0.84, 3", "imc15-95, 5, 15", "imc15-98, 12, 78", "imc15-99, 22, 145"
    })
    void shouldHoldTheFiguresOfThePaper(String name, double at95, double at99) {
        DelayTail tail = DelayTails.named(name);
        assertThat(tail.beyond(at95)).isCloseTo(0.05, within(1e-12));
        assertThat(tail.beyond(at99)).isCloseTo(0.01, within(1e-12));
        assertThat(tail.knownToSeconds()).isEqualTo(at99);
    }

    @Test
    void shouldKnowThatAllSegmentsTakeMoreThanNoTime() {
        assertThat(new LogNormalTail(0.05, 2).secondsExceededBy(1)).isZero();
        assertThat(DelayTails.named("imc15-90").secondsExceededBy(1)).isZero();
    }

    @Test
    void shouldClaimNothingBeyondItsLastPoint() {
        DelayTail tail = DelayTails.named("imc15-90");
        assertThat(tail.beyond(60)).isEqualTo(0.01);
        assertThat(tail.secondsExceededBy(0.009)).isInfinite();
    }

    /** Shares of the normal distribution from Abramowitz and Stegun, table 26.1, and beyond it. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.158655253931457",
        "2, 0.022750131948179",
        "3, 0.001349898031630",
        "6, 9.865876450377e-10"
    })
    void shouldKnowTheNormalDistribution(double x, double beyond) {
        assertThat(Normal.beyond(x)).isCloseTo(beyond, within(beyond * 1e-10));
        assertThat(Normal.beyond(-x)).isCloseTo(1 - beyond, within(1e-13));
        assertThat(new LogNormalTail(1, 2).beyond(Math.exp(2 * x))).isCloseTo(beyond, within(beyond * 1e-9));
    }

    @Test
    void shouldSayWhichTailsThereAre() {
        assertThatThrownBy(() -> DelayTails.named("weibull"))
                .hasMessageContaining("there is no tail 'weibull'; there are imc15-50, ")
                .hasMessageContaining("pareto:SECONDS:SHAPE");
        assertThatThrownBy(() -> DelayTails.named("pareto:a:1")).hasMessageContaining("no two numbers");
    }

    @Test
    void shouldRefusePointsThatDoNotFall() {
        assertThatThrownBy(() -> new MeasuredTail(
                        "mine", "", List.of(new MeasuredTail.Point(1, 0.5), new MeasuredTail.Point(2, 0.6))))
                .hasMessageContaining("do not fall");
    }
}

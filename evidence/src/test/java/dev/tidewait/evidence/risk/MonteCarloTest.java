package dev.tidewait.evidence.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dice and formula must say the same. */
class MonteCarloTest {
    private static final int CONNECTIONS = 200_000;

    /** So many are offered that each port comes back at its floor, or so few that it rests for ports ÷ rate. */
    @ParameterizedTest
    @CsvSource({
        "pareto:0.05:1, 100000, 1, 0.1",
        "pareto:0.05:1, 1500, 0, 0.1",
        "log-normal:0.2:1.5, 100000, 1, 0.3",
        "imc15-95, 100000, 3, 0.5",
        "imc15-98, 100000, 10, 1"
    })
    void shouldMeetAsOftenAsTheFormulaSays(String name, double rate, double floor, double open) {
        DelayTail tail = DelayTails.named(name);
        int ports = 2_000;
        MonteCarlo dice = new MonteCarlo(rate, ports, floor, open, 2, tail);

        MonteCarlo.Result result = dice.run(CONNECTIONS, 7);

        double predicted = result.copies()
                * new Meeting(result.meanAgeSeconds(), open).probability(tail, (double) CONNECTIONS / ports);
        assertThat(predicted).isGreaterThan(500);
        assertThat(PoissonBounds.of(predicted).contain(result.met()))
                .as("%d met, %.1f predicted", result.met(), predicted)
                .isTrue();
    }

    @Test
    void shouldRestPortsDividedByRateWhereThatIsMoreThanTheFloor() {
        MonteCarlo.Result result = new MonteCarlo(2_400, 36_000, 1, 0.1, 0, new ParetoTail(1, 1)).run(CONNECTIONS, 1);
        assertThat(result.meanAgeSeconds()).isCloseTo(14.9, within(0.4));
        assertThat(result.achievedPerSecond()).isCloseTo(2_400, within(20.0));
        assertThat(result.met()).isZero();
    }

    @Test
    void shouldAchieveNoMoreThanTheFloorAllows() {
        MonteCarlo.Result result = new MonteCarlo(50_000, 1_000, 0.9, 0.1, 0, new ParetoTail(1, 1)).run(CONNECTIONS, 1);
        assertThat(result.achievedPerSecond()).isCloseTo(1_000, within(10.0));
    }

    @Test
    void shouldRepeatItselfFromItsSeed() {
        MonteCarlo dice = new MonteCarlo(1_000, 100, 0.1, 0.1, 1, new ParetoTail(0.05, 1));
        assertThat(dice.run(10_000, 3)).isEqualTo(dice.run(10_000, 3));
        assertThat(dice.run(10_000, 3)).isNotEqualTo(dice.run(10_000, 4));
    }

    /** One copy a connection, of which (scale ÷ age)^shape is later: the bound that plan --risk prints holds. */
    @Test
    void shouldNeverMeetMoreOftenThanTheUpperBound() {
        DelayTail tail = new ParetoTail(0.05, 1);
        for (double floor : new double[] {0.1, 1, 5}) {
            MonteCarlo.Result result = new MonteCarlo(1e6, 500, floor, 0.2, 1, tail).run(CONNECTIONS, 5);
            assertThat(result.metPerReuse()).isLessThan(new Meeting(floor, 0.2).atMost(tail));
        }
    }
}

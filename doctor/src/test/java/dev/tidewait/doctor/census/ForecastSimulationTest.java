package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The forecast against connections that are played through: the real moment is known to the millisecond. */
class ForecastSimulationTest {
    private static final TimeWaitTimer TIMER = TimeWaitTimer.atTicksPerSecond(250);
    private static final double SPAN_SECONDS = 0.5;
    private static final double UNTIL_SECONDS = 400;
    private static final int LINUX_DEFAULT = 28_232;
    private static final double TOLERANCE = 0.2;

    private final Forecast forecast = new Forecast(TIMER);
    private final List<Double> errors = new ArrayList<>();

    private Exhaustion predict(SimulatedConnections connections, double at, int usable) {
        Observation seen = connections.lookAt(at, SPAN_SECONDS);
        return forecast.exhaustion(usable, seen.demand(), seen.ages(), 1, TIMER.longestSeconds());
    }

    private void check(SimulatedConnections connections, int usable, String name) {
        check(connections, usable, 0, name);
    }

    /**
     * Asks every second from half of the time on. Evenly spaced connections are foretold within 20 % of the time that is left. Those that come by
     * chance leave their noise: each forecast is within 20 % of the real moment, and 19 of 20 within 20 % of the time left. The last ten seconds are
     * measured by two, because the kernel frees TIME_WAIT in batches that far apart.
     *
     * @param began when the load began that leads to exhaustion
     */
    private void check(SimulatedConnections connections, int usable, double began, String name) {
        double real = connections.exhaustedSeconds(usable, UNTIL_SECONDS);
        assertThat(real).as("%s runs out", name).isLessThan(UNTIL_SECONDS);
        for (double at = (began + real) / 2; at < real - 0.5; at += 1) {
            double left = real - at;
            Exhaustion exhaustion = predict(connections, at, usable);
            double predicted = switch (exhaustion) {
                case Exhaustion.Reached ignored -> 0;
                case Exhaustion.Foreseen foreseen -> foreseen.seconds();
                case Exhaustion.NotForeseen ignored -> Double.POSITIVE_INFINITY;
            };
            double error = Math.abs(predicted - left);
            errors.add(error / Math.max(left, 10));
            assertThat(error)
                    .as("%s: real moment %.1f s, asked at %.1f s, %s", name, real, at, exhaustion)
                    .isLessThanOrEqualTo(TOLERANCE * (connections.isEven() ? Math.max(left, 10) : real - began));
        }
    }

    private SimulatedConnections play(DoubleUnaryOperator rate, DoubleUnaryOperator hold, boolean even, Random random) {
        return new SimulatedConnections(rate, hold, false, UNTIL_SECONDS, TIMER, even, random);
    }

    @Test
    void shouldForetellAConstantRate() {
        Random random = new Random(5);
        for (int perSecond : new int[] {490, 600, 2_000}) {
            for (double hold : new double[] {0.01, 1, 10}) {
                for (boolean even : new boolean[] {true, false}) {
                    SimulatedConnections played = play(t -> perSecond, t -> hold, even, random);
                    check(played, LINUX_DEFAULT, perSecond + "/s for " + hold + " s");
                }
            }
        }
    }

    @Test
    void shouldForetellARamp() {
        Random random = new Random(6);
        for (double slope : new double[] {2, 4, 10}) {
            for (double hold : new double[] {0.01, 1, 10}) {
                for (boolean even : new boolean[] {true, false}) {
                    SimulatedConnections played = play(t -> 50 + slope * t, t -> hold, even, random);
                    check(played, LINUX_DEFAULT, "50/s and " + slope + "/s each second for " + hold + " s");
                }
            }
        }
    }

    @Test
    void shouldForetellARampAfterALongSteadyTime() {
        Random random = new Random(7);
        DoubleUnaryOperator rate = t -> t < 100 ? 300 : 300 + 3 * (t - 100);
        for (boolean even : new boolean[] {true, false}) {
            check(play(rate, t -> 0.05, even, random), LINUX_DEFAULT, 100, "300/s, after 100 s 3/s more each second");
        }
    }

    @Test
    void shouldForetellConnectionsThatArePeerClosedOrNeverClose() {
        Random random = new Random(8);
        SimulatedConnections kept = play(t -> 200, t -> 1_000, true, random);
        check(kept, LINUX_DEFAULT, "kept");
        SimulatedConnections peer =
                new SimulatedConnections(t -> 10 + 2 * t, t -> 20, true, UNTIL_SECONDS, TIMER, true, random);
        check(peer.watched(), 5_000, "closed by the peer");
    }

    /** Nothing ends, so that only looks one after the other show the slope. */
    @Test
    void shouldForetellARampOfKeptConnectionsWhereSomebodyWatches() {
        Random random = new Random(10);
        for (boolean even : new boolean[] {true, false}) {
            SimulatedConnections kept = play(t -> 20 + 3 * t, t -> 1_000, even, random);
            check(kept.watched(), LINUX_DEFAULT, "kept, 3/s more each second");
        }
    }

    @Test
    void shouldForeseeNothingInASteadyState() {
        Random random = new Random(9);
        int alarms = 0;
        int asked = 0;
        for (int perSecond : new int[] {20, 100, 400}) {
            SimulatedConnections played = play(t -> perSecond, t -> 2, false, random);
            assertThat(played.exhaustedSeconds(LINUX_DEFAULT, UNTIL_SECONDS)).isInfinite();
            for (double at = 80; at < UNTIL_SECONDS; at += 5) {
                asked++;
                boolean alarm =
                        predict(played, at, LINUX_DEFAULT) instanceof Exhaustion.Foreseen soon && soon.seconds() < 60;
                alarms += alarm ? 1 : 0;
            }
        }
        assertThat(alarms).as("alarms for the next minute in %s looks", asked).isLessThanOrEqualTo(asked / 50);
    }

    @AfterEach
    void shouldBeWithinTheToleranceNineteenTimesInTwenty() {
        if (errors.isEmpty()) {
            return;
        }
        Collections.sort(errors);
        double usual = errors.get(errors.size() * 95 / 100);
        System.out.printf(
                "%d forecasts from half of the time on, error in shares of the time left: median %.1f %%, 95th percentile %.1f %%, largest %.1f %%%n",
                errors.size(), 100 * errors.get(errors.size() / 2), 100 * usual, 100 * errors.getLast());
        assertThat(usual).isLessThanOrEqualTo(TOLERANCE);
    }
}

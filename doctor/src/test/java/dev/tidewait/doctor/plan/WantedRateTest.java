package dev.tidewait.doctor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WantedRateTest {
    private static final Capacity LINUX = new Capacity(28_232, 1, 1, 60_000, 0, 1);

    @Test
    void shouldSayWhatAloneMakesTheRatePossible() {
        WantedRate wanted = new WantedRate(LINUX, 2_000);

        assertThat(wanted.isPossible()).isFalse();
        assertThat(wanted.fourTuples()).isEqualTo(120_000);
        assertThat(wanted.sourcesNeeded()).isEqualTo(5); // 4 have 112,928
        assertThat(wanted.portsNeeded()).isEqualTo(120_000);
        assertThat(wanted.destinationsNeeded()).isEqualTo(5);
        assertThat(wanted.ageAtReuseMillis()).hasValue(14_116);
        assertThat(wanted.requestsPerConnectionNeeded()).hasValue(5);
        assertThat(wanted.timeWaitSockets()).isEqualTo(28_232);
    }

    /** The sentence in the design: 60 s at 600/s over 36,000 ports, 15 s at 2,400/s, 3 s at 12,000/s. */
    @Test
    void shouldGiveTheAgeOfElasticTimeWait() {
        Capacity ports = new Capacity(36_000, 1, 1, 60_000, 0, 1);

        assertThat(new WantedRate(ports, 600).ageAtReuseMillis()).hasValue(60_000);
        assertThat(new WantedRate(ports, 2_400).ageAtReuseMillis()).hasValue(15_000);
        assertThat(new WantedRate(ports, 12_000).ageAtReuseMillis()).hasValue(3_000);
    }

    /** {@code lab table}: 32,768 ports at 1,000/s, reused at 32.50 s at the youngest. */
    @Test
    void shouldAgreeWithTheAgeThatWasMeasured() {
        Capacity ports = new Capacity(32_768, 1, 1, 60_000, 0, 1);

        assertThat(new WantedRate(ports, 1_000).ageAtReuseMillis()).hasValue(32_768);
    }

    @Test
    void shouldTakeTheTimeOpenFromTheAge() {
        Capacity held = new Capacity(28_232, 1, 1, 60_000, 2_000, 3);

        // 2,000 requests a second on 666.7 connections: a turn each 42.348 s, of which 6 s are open.
        assertThat(new WantedRate(held, 2_000).ageAtReuseMillis()).hasValue(36_348);
        assertThat(new WantedRate(held, 2_000).openConnections()).isEqualTo(4_000);
    }

    @Test
    void shouldFindNoCureInTimeWaitWhereOpenConnectionsUseUpThePorts() {
        WantedRate wanted = new WantedRate(new Capacity(1_000, 1, 1, 60_000, 1_000, 1), 1_001);

        assertThat(wanted.ageAtReuseMillis()).isEqualTo(OptionalLong.empty());
        assertThat(wanted.requestsPerConnectionNeeded()).isEqualTo(OptionalLong.empty());
        assertThat(wanted.sourcesNeeded()).isEqualTo(62); // 1,001 × 61 s = 61,061
    }

    @Test
    void shouldStillNeedAllPortsForOpenConnectionsAtTheEdge() {
        WantedRate wanted = new WantedRate(new Capacity(1_000, 1, 1, 60_000, 1_000, 1), 1_000);

        assertThat(wanted.ageAtReuseMillis()).hasValue(0);
        assertThat(wanted.requestsPerConnectionNeeded()).isEqualTo(OptionalLong.empty());
    }

    /** Each figure suffices, and one less of it (of TIME_WAIT one millisecond more) does not. */
    @Test
    void shouldBeExactInEveryDirection() {
        Random random = new Random(20_121_205);
        int possible = 0;
        for (int i = 0; i < 20_000; i++) {
            Capacity capacity = new Capacity(
                    1 + random.nextInt(64_512),
                    1 + random.nextInt(8),
                    1 + random.nextInt(4),
                    1 + random.nextInt(240_000),
                    random.nextInt(3) == 0 ? 0 : random.nextInt(3_000),
                    random.nextInt(2) == 0 ? 1 : 1 + random.nextInt(100));
            long rate = 1L + random.nextInt(20_000);
            WantedRate wanted = new WantedRate(capacity, rate);

            assertThat(wanted.isPossible()).as("%s", wanted).isEqualTo(capacity.requestsPerSecond() >= rate);
            possible += wanted.isPossible() ? 1 : 0;
            assertLeast(wanted, wanted.sourcesNeeded(), Figure.SOURCES);
            assertLeast(wanted, wanted.portsNeeded(), Figure.PORTS);
            assertLeast(wanted, wanted.destinationsNeeded(), Figure.DESTINATIONS);
            wanted.requestsPerConnectionNeeded()
                    .ifPresentOrElse(
                            count -> assertLeast(wanted, count, Figure.REQUESTS),
                            () -> assertThat(isPossible(wanted, Figure.REQUESTS, Capacity.MOST_REQUESTS))
                                    .isFalse());
            OptionalLong age = wanted.ageAtReuseMillis();
            if (age.isEmpty()) {
                assertThat(wanted.openConnections()).as("%s", wanted).isGreaterThan(capacity.fourTuples());
            } else if (age.getAsLong() > 0 && age.getAsLong() < Capacity.MOST_MILLIS) {
                assertThat(isPossible(wanted, Figure.TIME_WAIT, age.getAsLong()))
                        .as("%s", wanted)
                        .isTrue();
                assertThat(isPossible(wanted, Figure.TIME_WAIT, age.getAsLong() + 1))
                        .as("%s", wanted)
                        .isFalse();
            }
        }
        assertThat(possible).isBetween(2_000, 18_000);
    }

    private enum Figure {
        SOURCES,
        PORTS,
        DESTINATIONS,
        TIME_WAIT,
        REQUESTS
    }

    private static void assertLeast(WantedRate wanted, long needed, Figure figure) {
        long most = figure == Figure.REQUESTS ? Capacity.MOST_REQUESTS : Capacity.MOST_PORTS;
        if (needed > most) {
            assertThat(isPossible(wanted, figure, most))
                    .as("%s of %s", figure, wanted)
                    .isFalse();
            return;
        }
        assertThat(isPossible(wanted, figure, needed))
                .as("%s of %s", figure, wanted)
                .isTrue();
        if (needed > 1) {
            assertThat(isPossible(wanted, figure, needed - 1))
                    .as("%s of %s", figure, wanted)
                    .isFalse();
        }
    }

    /** By the way from what there is to the rate, not from the rate to what it takes. */
    private static boolean isPossible(WantedRate wanted, Figure figure, long value) {
        Capacity of = wanted.capacity();
        Capacity changed = new Capacity(
                figure == Figure.PORTS ? (int) value : of.portCount(),
                figure == Figure.SOURCES ? (int) value : of.sourceCount(),
                figure == Figure.DESTINATIONS ? (int) value : of.destinationCount(),
                figure == Figure.TIME_WAIT ? value : of.timeWaitMillis(),
                of.holdMillis(),
                figure == Figure.REQUESTS ? (int) value : of.requestsPerConnection());
        return changed.requestsPerSecond() >= wanted.requestsPerSecond();
    }

    @Test
    void shouldSayWhichRatesThereAre() {
        assertThatThrownBy(() -> new WantedRate(LINUX, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a rate is 1 to 10000000 a second, not 0");
    }
}

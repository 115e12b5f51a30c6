package dev.tidewait.lab.churn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HookAgesTest {
    private static final int FIN_BOTH_WAYS = 3;
    private static final int RST = 4;
    private static final ChurnPlan PLAN = ChurnPlan.STANDARD
            .withChooser(Chooser.RUN)
            .withWeather(Weather.Kind.CALM)
            .withPorts(1_200);
    private static final int LAST_PORT = ChurnPlan.FIRST_PORT + 1_199;

    private final HookAges.Tally tally = new HookAges.Tally(PLAN);

    @Test
    void shouldKnowWhatIsBelowTheFloor() {
        reuse(ChurnPlan.FIRST_PORT, 1_000 - ReuseAges.LAST_ANSWER_MILLIS, FIN_BOTH_WAYS);
        reuse(LAST_PORT, 999 - ReuseAges.LAST_ANSWER_MILLIS, FIN_BOTH_WAYS);
        reuse(LAST_PORT, 10, FIN_BOTH_WAYS | SeenReuses.SERVER_FIN_AGAIN);

        assertThat(tally.ages()).isEqualTo(new HookAges(3, 2, 0, TimeUnit.MILLISECONDS.toNanos(10), 0));
    }

    @Test
    void shouldExcuseAnAnswerOfAHostThatHadNoSocketAnyMore() {
        reuse(LAST_PORT, 10, FIN_BOTH_WAYS | SeenReuses.SERVER_FIN_AGAIN | RST);
        reuse(LAST_PORT, 2_000, FIN_BOTH_WAYS | SeenReuses.SERVER_FIN_AGAIN | RST);
        reuse(LAST_PORT, 20, FIN_BOTH_WAYS | RST);

        assertThat(tally.ages()).isEqualTo(new HookAges(2, 1, 1, TimeUnit.MILLISECONDS.toNanos(20), 0));
    }

    @Test
    void shouldLeaveTheKernelsOwnChoiceOut() {
        reuse(ChurnPlan.FIRST_PORT - 1, 1, FIN_BOTH_WAYS);
        reuse(LAST_PORT + 1, 1, FIN_BOTH_WAYS);

        assertThat(tally.ages()).isEqualTo(new HookAges(0, 0, 0, -1, 2));
    }

    private void reuse(int port, long ageMillis, int ended) {
        tally.reuse(0, port, 0, TimeUnit.MILLISECONDS.toNanos(ageMillis), ended);
    }
}

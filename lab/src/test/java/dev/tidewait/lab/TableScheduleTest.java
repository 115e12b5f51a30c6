package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableScheduleTest {
    private static final TablePlan S60 = fixed(60);
    private static final TablePlan S30 = fixed(30);
    private static final TablePlan S15 = fixed(15);
    private static final TablePlan S10 = fixed(10);
    private static final TablePlan ELASTIC = new TablePlan(32_768, Optional.empty(), 1_000);

    @Test
    void shouldStartWhatTheBudgetAllowsAndTheFastestLineAloneAtTheEnd() {
        TableSchedule schedule = new TableSchedule(List.of(S60, S30, S15, S10, ELASTIC));

        assertThat(schedule.start()).containsExactly(S60, S30, ELASTIC);
        schedule.ended(ELASTIC);
        assertThat(schedule.start()).as("beside the line of 30 s").isEmpty();
        schedule.ended(S30);
        assertThat(schedule.start()).containsExactly(S15);
        schedule.ended(S60);
        assertThat(schedule.start()).as("beside the line of 15 s").isEmpty();
        schedule.ended(S15);
        assertThat(schedule.start()).containsExactly(S10);
    }

    @Test
    void shouldStayWithinTheBudgetWhateverTheOrderOfTheEnds() {
        List<TablePlan> plans = new ArrayList<>();
        for (int seconds = 8; seconds < 40; seconds++) {
            plans.add(fixed(seconds));
        }
        TableSchedule schedule = new TableSchedule(plans);
        int started = 0;
        for (int i = 0; started < plans.size(); i++) {
            started += schedule.start().size();
            List<TablePlan> running = schedule.running();
            assertThat(running).isNotEmpty();
            if (running.size() > 1) {
                assertThat(schedule.runningPerSecond()).isLessThanOrEqualTo(TableSchedule.BUDGET_PER_SECOND);
                assertThat(running).allMatch(plan -> plan.highestPerSecond() < TableSchedule.ALONE_FROM_PER_SECOND);
            }
            schedule.ended(running.get(i % running.size()));
        }
    }

    private static TablePlan fixed(int seconds) {
        return new TablePlan(32_768, Optional.of(Duration.ofSeconds(seconds)), 1_000);
    }
}

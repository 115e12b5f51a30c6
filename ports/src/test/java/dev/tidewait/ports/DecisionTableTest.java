package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference against the shared table of cases. */
class DecisionTableTest {
    private final List<DecisionTable.Case> cases = DecisionTable.cases();

    @Test
    void shouldAnswerEveryCaseAsTheTableSays() {
        List<String> wrong = new ArrayList<>();
        for (DecisionTable.Case given : cases) {
            TimeWaitRule rule = new TimeWaitRule(given.floors(), given.mayDestroy());
            Ending ending = given.ending();
            long floor = given.strict() ? rule.strictFloorMillis(ending) : rule.floorMillis(ending);
            boolean second = given.strict() ? rule.isStrictSecondChoice(ending) : rule.isSecondChoice(ending);
            KernelState state = rule.kernelState(ending);
            Decision decision = rule.decide(state, floor, given.ageMillis());
            boolean relief = rule.mayRelieve(state, floor, given.ageMillis());
            boolean right = state == given.state()
                    && floor == given.floorMillis()
                    && second == given.second()
                    && decision == given.decision()
                    && relief == given.relief()
                    && (given.strict() || rule.decide(ending, given.ageMillis()) == decision);
            if (!right) {
                wrong.add(given + ": " + state + ", floor " + floor + ", second " + second + ", " + decision
                        + ", relief " + relief);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldCoverEveryEndingStateAndDecision() {
        assertThat(cases).extracting(given -> given.ending().close()).containsAll(EnumSet.allOf(Ending.Close.class));
        assertThat(cases).extracting(DecisionTable.Case::state).containsAll(EnumSet.allOf(KernelState.class));
        assertThat(cases).extracting(DecisionTable.Case::decision).containsAll(EnumSet.allOf(Decision.class));
        Set<String> names = cases.stream().map(DecisionTable.Case::name).collect(Collectors.toSet());
        for (String name : names) {
            List<DecisionTable.Case> ages =
                    cases.stream().filter(given -> given.name().equals(name)).toList();
            long floor = ages.getFirst().floorMillis();
            assertThat(ages)
                    .as("ages below, at and above the floor of %s", name)
                    .extracting(DecisionTable.Case::ageMillis)
                    .contains(floor - 1, floor, floor + 1);
        }
    }
}

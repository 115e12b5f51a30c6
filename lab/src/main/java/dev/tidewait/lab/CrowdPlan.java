package dev.tidewait.lab;

import dev.tidewait.lab.crowd.Habit;
import dev.tidewait.lab.crowd.Passage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What {@code lab crowd} does. Immutable; start from {@link #STANDARD}.
 *
 * @param rounds of the measured load without and with the crowd, one after the other; one more comes before them
 * @param phase how long each load runs
 * @param perSecond rate of the measured load, open loop
 * @param members how many of each habit come
 * @param passage how they, and the measured load, go through the proxy
 */
record CrowdPlan(int rounds, Duration phase, double perSecond, Map<Habit, Integer> members, Passage passage) {
    /** 5,000 that do nothing, and 600 that are in nobody's hurry. */
    static final CrowdPlan STANDARD =
            new CrowdPlan(5, Duration.ofSeconds(10), 500, members(5_000, 200), Passage.TUNNEL);

    CrowdPlan {
        members = Map.copyOf(members);
    }

    CrowdPlan withRounds(int count) {
        return new CrowdPlan(count, phase, perSecond, members, passage);
    }

    CrowdPlan withPhase(Duration newPhase) {
        return new CrowdPlan(rounds, newPhase, perSecond, members, passage);
    }

    CrowdPlan withRate(double newPerSecond) {
        return new CrowdPlan(rounds, phase, newPerSecond, members, passage);
    }

    /** @param slow of each of the three slow habits */
    CrowdPlan withMembers(int idle, int slow) {
        return new CrowdPlan(rounds, phase, perSecond, members(idle, slow), passage);
    }

    CrowdPlan withPassage(Passage newPassage) {
        return new CrowdPlan(rounds, phase, perSecond, members, newPassage);
    }

    int idle() {
        return members.getOrDefault(Habit.IDLE, 0);
    }

    /** All others. */
    int slow() {
        return members.values().stream().mapToInt(Integer::intValue).sum() - idle();
    }

    private static Map<Habit, Integer> members(int idle, int slow) {
        Map<Habit, Integer> members = new EnumMap<>(Habit.class);
        for (Habit habit : Habit.values()) {
            members.put(habit, habit == Habit.IDLE ? idle : slow);
        }
        return members;
    }
}

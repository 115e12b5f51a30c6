package dev.tidewait.app.plan;

import dev.tidewait.app.binding.Durations;
import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.WantedRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands to go on with: the same plan with one figure changed, ready to be pasted. Immutable.
 *
 * @param plan what was answered
 * @param given the options of the command that asked, in its order
 */
public record NextSteps(Plan plan, Map<String, String> given) {
    public NextSteps {
        given = new LinkedHashMap<>(given);
    }

    /** One command, and what it asks. */
    private record Step(String command, String why) {}

    public List<String> lines() {
        List<Step> steps = new ArrayList<>();
        plan.wanted().ifPresentOrElse(wanted -> afterRate(wanted, steps), () -> withoutRate(steps));
        plan.inputs()
                .host()
                .filter(host -> host.others().size() > 0)
                .ifPresent(host -> steps.add(step(
                        "with the ports that Tidewait uses here",
                        "--ports",
                        host.others().toString())));
        int width = steps.stream().mapToInt(step -> step.command.length()).max().orElse(0);
        List<String> lines = new ArrayList<>(List.of("Next:"));
        steps.forEach(
                step -> lines.add("  " + step.command + " ".repeat(width - step.command.length()) + "  # " + step.why));
        return lines;
    }

    private void withoutRate(List<Step> steps) {
        long twice = Math.max(1, 2 * plan.capacity().requestsPerSecond());
        addIfAtMost(WantedRate.MOST_PER_SECOND, twice, "--rate", "what twice that takes", steps);
        if (plan.capacity().requestsPerConnection() == 1) {
            steps.add(step("with keep-alive", "--reuse-per-connection", "10"));
        }
    }

    private void afterRate(WantedRate wanted, List<Step> steps) {
        if (wanted.isPossible()) {
            long twice = 2 * wanted.requestsPerSecond();
            addIfAtMost(WantedRate.MOST_PER_SECOND, twice, "--rate", "and twice as much?", steps);
            return;
        }
        addIfAtMost(Capacity.MOST_ADDRESSES, wanted.sourcesNeeded(), "--sources", "with more sources", steps);
        wanted.requestsPerConnectionNeeded()
                .ifPresent(count ->
                        addIfAtMost(Capacity.MOST_REQUESTS, count, "--reuse-per-connection", "with keep-alive", steps));
        long age = wanted.ageAtReuseMillis().orElse(0);
        if (age > 0 && plan.inputs().isTimeWaitOurs()) {
            steps.add(step("with a shorter TIME_WAIT", "--time-wait", Durations.write(Duration.ofMillis(age))));
        }
        if (plan.capacity().holdMillis() == 0) {
            steps.add(step("if a request takes 100 ms", "--hold", "100ms"));
        }
    }

    /** What the command itself would refuse is not proposed. */
    private void addIfAtMost(long most, long value, String option, String why, List<Step> steps) {
        if (value <= most) {
            steps.add(step(why, option, Long.toString(value)));
        }
    }

    private Step step(String why, String option, String value) {
        Map<String, String> options = new LinkedHashMap<>(given);
        options.put(option, value);
        StringBuilder command = new StringBuilder("./tidewait plan");
        options.forEach((name, text) -> command.append(' ').append(name).append(text.isEmpty() ? "" : " " + text));
        return new Step(command.toString(), why);
    }
}

package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Which lines of the table run side by side. Not thread safe.
 *
 * <p>All at once would ask a small machine for 8,800 connections a second, and what it then fails to serve says nothing about ports. So
 * the sum of the rates of what runs in one moment stays within a budget, and a line that asks for most of it runs alone, at the end.
 */
final class TableSchedule {
    /**
     * A sixth of what two slow cores carry without any proxy ({@code lab direct}); enough for 60 s beside 15 s. With more, a pause of the
     * machine leaves a line that the 3 % below the limit need long to work off.
     */
    static final double BUDGET_PER_SECOND = 3_100;

    /** From here a line runs alone. */
    static final double ALONE_FROM_PER_SECOND = 3_000;

    private final List<TablePlan> waiting;
    private final List<TablePlan> running = new ArrayList<>();

    TableSchedule(List<TablePlan> plans) {
        waiting = new ArrayList<>(plans);
    }

    /** What is to be started now, in the order of the plans; it counts as running from here on. */
    List<TablePlan> start() {
        List<TablePlan> starting = new ArrayList<>();
        for (TablePlan plan : List.copyOf(waiting)) {
            if (mayStart(plan)) {
                starting.add(plan);
                running.add(plan);
                waiting.remove(plan);
            }
        }
        return starting;
    }

    private boolean mayStart(TablePlan plan) {
        if (running.isEmpty()) {
            return !isForItself(plan) || waiting.stream().allMatch(TableSchedule::isForItself);
        }
        return !isForItself(plan)
                && running.stream().noneMatch(TableSchedule::isForItself)
                && runningPerSecond() + plan.highestPerSecond() <= BUDGET_PER_SECOND;
    }

    private static boolean isForItself(TablePlan plan) {
        return plan.highestPerSecond() >= ALONE_FROM_PER_SECOND;
    }

    void ended(TablePlan plan) {
        running.remove(plan);
    }

    List<TablePlan> running() {
        return List.copyOf(running);
    }

    /** The highest that all which run may ask for in one moment. */
    double runningPerSecond() {
        return running.stream().mapToDouble(TablePlan::highestPerSecond).sum();
    }
}

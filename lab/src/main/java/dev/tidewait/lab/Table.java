package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The mailing list's table: all its lines, as many side by side as {@link TableSchedule} allows. Used by one thread. */
final class Table {
    private final List<TablePlan> plans;
    private final Consumer<String> progress;

    /** @param progress told what starts, by any thread */
    Table(List<TablePlan> plans, Consumer<String> progress) {
        this.plans = List.copyOf(plans);
        this.progress = progress;
    }

    /** One line's end. */
    private record Ended(
            TablePlan plan,
            @Nullable TableLine line,
            @Nullable RuntimeException failure) {}

    /**
     * Measures every line.
     *
     * @return in the order of the plans
     * @throws LabException if a line could not be measured; the others have ended then
     */
    List<TableLine> measure() {
        TableSchedule schedule = new TableSchedule(plans);
        BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
        List<TableLine> lines = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            start(schedule, threads, ended);
            for (int left = plans.size(); left > 0; left--) {
                Ended one = take(ended);
                if (one.failure != null) {
                    threads.shutdownNow(); // the other lines end with their threads
                    throw one.failure;
                }
                if (one.line != null) {
                    lines.add(one.line);
                }
                schedule.ended(one.plan);
                start(schedule, threads, ended);
            }
        }
        return plans.stream()
                .flatMap(plan -> lines.stream().filter(line -> line.plan().equals(plan)))
                .toList();
    }

    private void start(TableSchedule schedule, ExecutorService threads, BlockingQueue<Ended> ended) {
        List<TablePlan> starting = schedule.start();
        for (TablePlan plan : starting) {
            threads.execute(() -> ended.add(run(plan, threads)));
        }
        if (!starting.isEmpty()) {
            progress.accept(String.format(
                    Locale.ROOT,
                    "running now: %s; together up to %,.0f connections a second (budget %,.0f)",
                    schedule.running().stream().map(TablePlan::name).collect(Collectors.joining(", ")),
                    schedule.runningPerSecond(),
                    TableSchedule.BUDGET_PER_SECOND));
        }
    }

    private Ended run(TablePlan plan, ExecutorService threads) {
        try {
            return new Ended(plan, new TableRun(plan, threads, progress).run(), null);
        } catch (RuntimeException e) {
            return new Ended(plan, null, e);
        }
    }

    private static Ended take(BlockingQueue<Ended> ended) {
        try {
            return ended.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while measuring the table", e);
        }
    }
}

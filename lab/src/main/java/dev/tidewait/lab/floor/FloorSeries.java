package dev.tidewait.lab.floor;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs cells side by side, those with long floors first: they mostly wait. Used by one thread. */
final class FloorSeries {
    private final long seed;
    private final int lanes;
    private final Consumer<FloorOutcome> onOutcome;

    /**
     * Nothing starts yet.
     *
     * @param lanes cells at a time
     * @param onOutcome told of each, one at a time, on whatever thread
     */
    FloorSeries(long seed, int lanes, Consumer<FloorOutcome> onOutcome) {
        this.seed = seed;
        this.lanes = lanes;
        this.onOutcome = onOutcome;
    }

    /**
     * Runs all that are not known yet.
     *
     * @param cells in the order in which they are returned
     * @param known what an earlier run has left
     */
    List<FloorOutcome> run(List<FloorCell> cells, List<FloorOutcome> known) {
        Map<String, FloorOutcome> outcomes = new HashMap<>();
        known.forEach(outcome -> outcomes.put(outcome.cell().name(), outcome));
        List<FloorCell> waiting = cells.stream()
                .filter(cell -> !outcomes.containsKey(cell.name()))
                .sorted(Comparator.comparing(FloorCell::floor).reversed())
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
            List<Future<?>> ends = new ArrayList<>();
            for (FloorCell cell : waiting) {
                ends.add(threads.submit(() -> {
                    FloorOutcome outcome = new FloorRun(cell, seedOf(cell)).run();
                    synchronized (outcomes) {
                        outcomes.put(cell.name(), outcome);
                        onOutcome.accept(outcome);
                    }
                }));
            }
            for (Future<?> end : ends) {
                await(end, threads);
            }
        }
        return cells.stream()
                .map(cell -> requireNonNull(outcomes.get(cell.name())))
                .toList();
    }

    private static void await(Future<?> end, ExecutorService threads) {
        try {
            end.get();
        } catch (ExecutionException e) {
            threads.shutdownNow();
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while cells were run", e);
        }
    }

    /** The same in every run with the same seed, whatever else is run. */
    private long seedOf(FloorCell cell) {
        return Math.floorMod(seed * 1_000_003 + cell.name().hashCode(), 1L << 40);
    }
}

package dev.tidewait.lab.late;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs cells and tells of each as it comes. Those of the rule mostly wait for floors and run beside the others. Used by one thread.
 */
public final class LateSeries {
    private final long seed;
    private final int incarnations;
    private final Consumer<Outcome> onOutcome;

    /**
     * Nothing starts yet.
     *
     * @param seed of all choices; a cell's own seed is made of this and its name
     * @param incarnations that shall meet copies in each of the rule's cells
     * @param onOutcome told of each, one at a time, on whatever thread
     */
    public LateSeries(long seed, int incarnations, Consumer<Outcome> onOutcome) {
        this.seed = seed;
        this.incarnations = incarnations;
        this.onOutcome = onOutcome;
    }

    /**
     * Runs all that are not known yet.
     *
     * @param cells in the order in which they are returned
     * @param known what an earlier run has left
     */
    public List<Outcome> run(List<Cell> cells, List<Outcome> known) {
        Map<Cell, Outcome> outcomes = new HashMap<>();
        known.forEach(outcome -> outcomes.put(outcome.cell(), outcome));
        List<Cell> ofTheRule = new ArrayList<>();
        List<Cell> others = new ArrayList<>();
        for (Cell cell : cells) {
            if (!outcomes.containsKey(cell)) {
                (cell.method().isRule() ? ofTheRule : others).add(cell);
            }
        }
        try (ExecutorService lanes = Executors.newFixedThreadPool(2)) {
            List<Future<?>> ends = List.of(
                    lanes.submit(() -> runAll(ofTheRule, outcomes)), lanes.submit(() -> runAll(others, outcomes)));
            for (Future<?> end : ends) {
                await(end, lanes);
            }
        }
        return cells.stream().map(cell -> requireNonNull(outcomes.get(cell))).toList();
    }

    /** Runs the tests of the model, one after the other. */
    public List<Prediction> runModel(Consumer<Prediction> onPrediction) {
        List<Prediction> predictions = new ArrayList<>();
        for (ModelCell cell : ModelCell.all()) {
            for (Prediction prediction :
                    cell.run(Math.floorMod(seed * 1_000_003 + cell.toString().hashCode(), 1L << 40))) {
                onPrediction.accept(prediction);
                predictions.add(prediction);
            }
        }
        return predictions;
    }

    private static void await(Future<?> end, ExecutorService lanes) {
        try {
            end.get();
        } catch (ExecutionException e) {
            lanes.shutdownNow();
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            lanes.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while cells were run", e);
        }
    }

    private void runAll(List<Cell> cells, Map<Cell, Outcome> outcomes) {
        for (Cell cell : cells) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            Outcome outcome = new CellRun(cell, incarnations, seedOf(cell)).run();
            synchronized (outcomes) {
                outcomes.put(cell, outcome);
                onOutcome.accept(outcome);
            }
        }
    }

    /** The same in every run with the same seed, whatever else is run. */
    private long seedOf(Cell cell) {
        return Math.floorMod(seed * 1_000_003 + cell.name().hashCode(), 1L << 40);
    }
}

package dev.tidewait.lab.late;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The cells of a short run: a set of circumstances in which every two values of two different parts meet at least once, each tried with
 * every method. So each method meets every pair, and all methods are compared under the same circumstances. No state.
 *
 * <p>Greedy set cover: again and again the circumstances with the most pairs that have not met yet; the seed decides between equals.
 */
public final class PairwiseCells {
    private PairwiseCells() {}

    /**
     * The set for a seed.
     *
     * @return each circumstance with every method that is compared, one after the other
     */
    public static List<Cell> choose(long seed) {
        return circumstances(seed).stream()
                .flatMap(cell -> Method.COMPARED.stream().map(cell::with))
                .toList();
    }

    /** The same circumstances for a program under {@code tidewait run}, and the one of {@link Cell#CONTROL}. */
    public static List<Cell> chooseUnderRun(long seed) {
        return Stream.concat(circumstances(seed).stream().map(cell -> cell.with(Method.RUN)), Stream.of(Cell.CONTROL))
                .toList();
    }

    private static List<Cell> circumstances(long seed) {
        List<Cell> circumstances = new ArrayList<>(Cell.all().stream()
                .filter(cell -> cell.method() == Method.TIDEWAIT)
                .toList());
        Collections.shuffle(circumstances, new Random(seed));
        Set<Pair> missing = new HashSet<>();
        circumstances.forEach(cell -> missing.addAll(pairs(cell)));
        List<Cell> chosen = new ArrayList<>();
        while (!missing.isEmpty()) {
            Cell best = circumstances.getFirst();
            for (Cell cell : circumstances) {
                if (met(cell, missing) > met(best, missing)) {
                    best = cell;
                }
            }
            missing.removeAll(pairs(best));
            chosen.add(best);
        }
        return chosen;
    }

    private static long met(Cell cell, Set<Pair> missing) {
        return pairs(cell).stream().filter(missing::contains).count();
    }

    /** All pairs of a cell's circumstances. */
    static Set<Pair> pairs(Cell cell) {
        List<Enum<?>> parts = List.of(cell.timestamps(), cell.ranges(), cell.closing(), cell.window());
        Set<Pair> pairs = new HashSet<>();
        for (int a = 0; a < parts.size(); a++) {
            for (int b = a + 1; b < parts.size(); b++) {
                pairs.add(new Pair(parts.get(a), parts.get(b)));
            }
        }
        return pairs;
    }

    /** Two values of different parts. */
    record Pair(Enum<?> one, Enum<?> other) {}
}

package dev.tidewait.lab.race;

import java.util.List;

/** A figure over all rounds. Immutable. */
record Spread(double least, double median, double most) {
    /** @throws IllegalArgumentException if there are no values */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values, so no median");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(sorted.getFirst(), median, sorted.getLast());
    }
}

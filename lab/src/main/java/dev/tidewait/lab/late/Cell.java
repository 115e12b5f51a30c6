package dev.tidewait.lab.late;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One combination of what can differ. Immutable.
 *
 * @param method how ports are found
 * @param timestamps who offers them
 * @param ranges how sequence numbers lie
 * @param closing how connections end
 * @param window of both receivers
 */
public record Cell(Method method, Timestamps timestamps, Ranges ranges, Closing closing, Window window) {
    /** Harmful wherever the experiment is able to harm: beside the cells of {@link Method#RUN}, which are tried without other methods. */
    static final Cell CONTROL =
            new Cell(Method.AT_ONCE, Timestamps.NEITHER, Ranges.OVERLAPPING, Closing.CLIENT, Window.LARGE);

    /** Every combination that can be, of the methods that are compared with each other. */
    public static List<Cell> all() {
        return all(Method.COMPARED);
    }

    /** Every combination that can be, for a program under {@code tidewait run}, and {@link #CONTROL}. */
    public static List<Cell> allUnderRun() {
        List<Cell> cells = all(List.of(Method.RUN));
        cells.add(CONTROL);
        return cells;
    }

    private static List<Cell> all(List<Method> methods) {
        List<Cell> cells = new ArrayList<>();
        for (Timestamps timestamps : Timestamps.values()) {
            for (Ranges ranges : Ranges.values()) {
                for (Closing closing : Closing.values()) {
                    for (Window window : Window.values()) {
                        for (Method method : methods) {
                            cells.add(new Cell(method, timestamps, ranges, closing, window));
                        }
                    }
                }
            }
        }
        cells.removeIf(cell -> !cell.canBe());
        return cells;
    }

    /** Where the next range begins below the former one, a peer that drops such a SYN for a minute leaves nothing to try. */
    private boolean canBe() {
        return closing != Closing.SERVER_SILENT || ranges != Ranges.WRAPPED;
    }

    Cell with(Method other) {
        return new Cell(other, timestamps, ranges, closing, window);
    }

    /** Timestamps are in use on its connections. */
    public boolean hasTimestamps() {
        return timestamps == Timestamps.BOTH;
    }

    /**
     * Tidewait promises that nothing happens here: PAWS refuses what is old, or the ranges are known to lie apart when the floor has
     * passed. Without timestamps a numbering that is not the host's own is beyond what it can know.
     */
    public boolean isGuaranteed() {
        return method.isRule() && (hasTimestamps() || ranges != Ranges.WRAPPED);
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Cell named(String name) {
        return Stream.concat(all().stream(), allUnderRun().stream())
                .filter(cell -> cell.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no cell " + name));
    }

    /** Parts joined by slashes, as {@code --cells} takes them. */
    public String name() {
        return Stream.of(method, timestamps, ranges, closing, window)
                .map(Object::toString)
                .collect(Collectors.joining("/"));
    }
}

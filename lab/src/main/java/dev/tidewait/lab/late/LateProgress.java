package dev.tidewait.lab.late;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How far a run of cells is, and how long the rest of them will take: as long as like cells have taken. Used by one thread at a time.
 *
 * <p>Cells of the rule run beside all others, see {@link LateSeries}: the longer of the two lanes counts.
 */
public final class LateProgress {
    /** Before there is anything to go by. */
    private static final long GUESS_MILLIS = 8_000;

    private final int cellCount;
    private final List<Cell> left;
    private final List<Outcome> known = new ArrayList<>();

    /**
     * Nothing of a run is done yet but what is known.
     *
     * @param cells of the whole run
     * @param known what an earlier run has left, also of other cells
     */
    public LateProgress(List<Cell> cells, List<Outcome> known) {
        this.cellCount = cells.size();
        this.left = new ArrayList<>(cells);
        known.forEach(this::add);
    }

    /** One more is done. */
    public void add(Outcome outcome) {
        known.add(outcome);
        left.remove(outcome.cell());
    }

    /** For people, such as "12 of 1,040 cells, 95 min left". */
    public String line() {
        return String.format(
                Locale.ROOT, "%,d of %,d cells, %s left", cellCount - left.size(), cellCount, time(leftMillis()));
    }

    private static String time(long millis) {
        long seconds = Math.ceilDiv(millis, 1_000);
        return seconds < 100 ? seconds + " s" : Math.ceilDiv(seconds, 60) + " min";
    }

    /** How long the rest will take, in milliseconds. */
    long leftMillis() {
        long ofTheRule = 0;
        long ofOthers = 0;
        for (Cell cell : left) {
            if (cell.method().isRule()) {
                ofTheRule += likelyMillis(cell);
            } else {
                ofOthers += likelyMillis(cell);
            }
        }
        return Math.max(ofTheRule, ofOthers);
    }

    private long likelyMillis(Cell cell) {
        return meanMillis(done ->
                        isLike(done, cell) && done.closing() == cell.closing() && done.ranges() == cell.ranges())
                .or(() -> meanMillis(done -> isLike(done, cell)))
                .or(() -> meanMillis(done -> done.method() == cell.method()))
                .orElse(GUESS_MILLIS);
    }

    private static boolean isLike(Cell one, Cell other) {
        return one.method() == other.method() && one.hasTimestamps() == other.hasTimestamps();
    }

    private Optional<Long> meanMillis(Predicate<Cell> condition) {
        return known.stream()
                .filter(outcome -> condition.test(outcome.cell()))
                .mapToLong(Outcome::millis)
                .average()
                .stream()
                .mapToObj(Math::round)
                .findFirst();
    }
}

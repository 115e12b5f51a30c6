package dev.tidewait.ports;

/**
 * How old four-tuples were when they were used again. Immutable.
 *
 * @param count reuses
 * @param minMillis the youngest, exact
 * @param medianMillis the median, to an eighth of its value
 * @param maxMillis the oldest, exact
 */
public record AgeAtReuse(long count, long minMillis, long medianMillis, long maxMillis) {
    public static final AgeAtReuse NONE = new AgeAtReuse(0, 0, 0, 0);
}

package dev.tidewait.lab.late;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * How often something should have happened, by the model, and how often it did. Immutable.
 *
 * @param name what, and under which circumstances
 * @param copies late copies that reached a live connection
 * @param predicted of them, how many by the model
 * @param deviation standard deviation of that number if the model is right
 * @param inWindow of them, how many had numbers within the receiver's window as the link saw it: so much of the deviation is the luck of the
 *     numbers; empty where that does not matter
 * @param observed of them, how many by the kernel's counters
 */
public record Prediction(
        String name, long copies, double predicted, double deviation, OptionalLong inWindow, long observed) {
    private static final double BOUND_95 = 1.96;

    /** Below this the bounds are too wide to say anything. */
    public static final double ENOUGH_PREDICTED = 20;

    /** Rare and independent: Poisson's. */
    static Prediction rare(String name, long copies, double predicted, long inWindow, long observed) {
        return new Prediction(name, copies, predicted, Math.sqrt(predicted), OptionalLong.of(inWindow), observed);
    }

    /** A share of all copies: the binomial distribution's. */
    static Prediction share(String name, long copies, double share, long observed) {
        double predicted = (double) copies * share;
        return new Prediction(
                name, copies, predicted, Math.sqrt(predicted * (1 - share)), OptionalLong.empty(), observed);
    }

    /** Within the bounds that hold 95 of 100 times if the model is right. */
    public boolean agrees() {
        return Math.abs(observed - predicted) <= BOUND_95 * deviation;
    }

    public boolean saysSomething() {
        return predicted >= ENOUGH_PREDICTED;
    }

    /** For people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "model: %-62s %,9d copies: %,.1f predicted (95 %%: %,.0f to %,.0f), %,d observed%s%s",
                name,
                copies,
                predicted,
                predicted - BOUND_95 * deviation,
                predicted + BOUND_95 * deviation,
                observed,
                inWindow.isPresent() ? String.format(Locale.ROOT, " (%,d in the window)", inWindow.getAsLong()) : "",
                !saysSomething() ? ", too few to tell" : agrees() ? "" : ", OUTSIDE");
    }
}

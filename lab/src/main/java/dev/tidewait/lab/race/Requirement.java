package dev.tidewait.lab.race;

import dev.tidewait.lab.Verdict;
import java.util.Locale;

/**
 * A figure with what it must be and what is aimed at. Immutable.
 *
 * @param claim what the figure is
 * @param sense which side of a limit is the good one
 * @param measured the figure
 * @param must without which Tidewait is not good enough
 * @param goal what is aimed at
 * @param unit behind a figure, with a space where one belongs
 * @param evidence what the figure was made of
 */
record Requirement(String claim, Sense sense, double measured, double must, double goal, String unit, String evidence) {
    /** Which side of a limit is the good one. */
    enum Sense {
        AT_LEAST("≥"),
        AT_MOST("≤");

        private final String sign;

        Sense(String sign) {
            this.sign = sign;
        }
    }

    boolean holds() {
        return keeps(must);
    }

    boolean meetsGoal() {
        return keeps(goal);
    }

    private boolean keeps(double limit) {
        return sense == Sense.AT_LEAST ? measured >= limit : measured <= limit;
    }

    /** Fails where the must is missed; says by how much the goal is. */
    Verdict verdict() {
        return new Verdict(
                holds(),
                claim + ": must " + limit(must) + ", goal " + limit(goal),
                text(measured) + " (" + evidence + ")"
                        + (meetsGoal() ? "; goal met" : "; goal missed by " + text(Math.abs(goal - measured))));
    }

    private String limit(double limit) {
        return sense.sign + " " + text(limit);
    }

    private String text(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 20 ? "%.2f%s" : "%,.0f%s", value, unit);
    }
}

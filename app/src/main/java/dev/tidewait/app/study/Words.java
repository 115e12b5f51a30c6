package dev.tidewait.app.study;

import java.util.Locale;

/** Figures as a study writes them for people. No state. */
final class Words {
    private static final double MILLIS_IN_SECOND = 1e3;
    private static final double MINUTE_SECONDS = 60;

    private Words() {}

    /** {@code 28,232}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 capture}, {@code 2 captures}. */
    static String counted(long number, String one) {
        return count(number) + " " + one + (number == 1 ? "" : "s");
    }

    /** {@code 0.1 s}, {@code 120 s}. */
    static String seconds(int millis) {
        String text = String.format(Locale.ROOT, "%.3f", millis / MILLIS_IN_SECOND);
        return text.replaceAll("\\.?0+$", "") + " s";
    }

    /** {@code 12 s}, {@code 3.5 min}. */
    static String duration(long millis) {
        double seconds = millis / MILLIS_IN_SECOND;
        return seconds < 2 * MINUTE_SECONDS
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%,.1f min", seconds / MINUTE_SECONDS);
    }

    /** {@code 1.27 %}, {@code 0.0030 %}, {@code 0}: two digits that count. */
    static String share(double share) {
        if (share == 0) {
            return "0";
        }
        double percent = 100 * share;
        if (percent >= 10) {
            return String.format(Locale.ROOT, "%.1f %%", percent);
        }
        int digits = Math.clamp((long) Math.ceil(1 - Math.log10(percent)), 2, 12);
        return String.format(Locale.ROOT, "%." + digits + "f %%", percent);
    }

    /** {@code 10,000} of 10^-4. */
    static String oneIn(double risk) {
        return count(Math.round(1 / risk));
    }
}

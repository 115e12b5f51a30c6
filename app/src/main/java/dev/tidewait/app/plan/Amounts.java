package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Figures as the plan writes them for people. No state. */
final class Amounts {
    private static final double MEGABYTE = 1e6;
    private static final long FEW = 10;

    private Amounts() {}

    /** {@code 28,232}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 5 sources}, {@code 1 source}. */
    static String counted(long number, String one) {
        return count(number) + " " + one + (number == 1 ? "" : "s");
    }

    /** {@code 470}, or {@code 2.13} where a whole number would tell too little; rounded down. */
    static String connectionsPerSecond(Capacity capacity) {
        return rate(capacity.connectionsPerSecond(), capacity, 1);
    }

    /** The same in requests. */
    static String requestsPerSecond(Capacity capacity) {
        return rate(capacity.requestsPerSecond(), capacity, capacity.requestsPerConnection());
    }

    private static String rate(long whole, Capacity capacity, int requests) {
        if (whole >= FEW) {
            return count(whole);
        }
        DecimalFormat hundredths = new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT));
        hundredths.setRoundingMode(RoundingMode.DOWN);
        return hundredths.format(capacity.fourTuples() * 1e3 * requests / capacity.occupiedMillis());
    }

    /** {@code 60 s}, {@code 14.116 s}. */
    static String seconds(long millis) {
        return new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(millis / 1e3)
                + " s";
    }

    /** {@code 14.5 MB}. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / MEGABYTE);
    }
}

package dev.tidewait.doctor.finding;

import java.util.Locale;

/** Numbers as people read them. */
public final class Figures {
    private Figures() {}

    /** 28,232. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** 3 ports; 1 port. */
    static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /** 470/s, 2.5/s. */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond >= 10 ? "%,.0f/s" : "%.1f/s", perSecond);
    }

    /** 45 s, 12 min. */
    public static String time(double seconds) {
        return seconds < 120
                ? String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds)
                : String.format(Locale.ROOT, "%,.0f min", seconds / 60);
    }

    /** 87 % of a whole above 0. */
    static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.0f %%", 100.0 * part / Math.max(1, whole));
    }
}

package dev.tidewait.evidence.risk;

/** The standard normal distribution. No state. */
final class Normal {
    private static final double HIGHEST = 40; // beyond it a double has no share left
    private static final int HALVINGS = 80;

    private Normal() {}

    /**
     * Share above x: the continued fraction of Mills' ratio for large x (Abramowitz and Stegun 26.2.14), the series of the error function for
     * small (26.2.10). Relative error below 1e-12 on either side.
     */
    static double beyond(double x) {
        if (x < 0) {
            return 1 - beyond(-x);
        }
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (x < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 200 && Math.abs(term) > 1e-17; n++) {
                term *= x * x / (2 * n + 1);
                sum += term;
            }
            return 0.5 - density * sum;
        }
        double fraction = x;
        for (int n = 200; n > 0; n--) {
            fraction = x + n / fraction;
        }
        return density / fraction;
    }

    /** The inverse, by halving. */
    static double exceededBy(double share) {
        double low = -HIGHEST;
        double high = HIGHEST;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (beyond(middle) > share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}

package dev.tidewait.evidence.risk;

/** The standard normal distribution. No state. */
final class Normal {
    private static final int STEPS = 2;

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
        for (int n = 60; n > 0; n--) {
            fraction = x + n / fraction;
        }
        return density / fraction;
    }

    /** The inverse: Abramowitz and Stegun 26.2.23, which is off by less than 0.00045, made exact by Halley's method. */
    static double exceededBy(double share) {
        if (share > 0.5) {
            return -exceededBy(1 - share);
        }
        double t = Math.sqrt(-2 * Math.log(share));
        double x =
                t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
        for (int i = 0; i < STEPS; i++) {
            double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            double step = (beyond(x) - share) / density;
            x += step / (1 - x * step / 2);
        }
        return x;
    }
}

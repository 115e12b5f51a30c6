package dev.tidewait.evidence.risk;

import java.util.SplittableRandom;

/**
 * The same model by the throw of dice, for rates that a lab cannot reach: connections come at random (Poisson), each takes the port that has rested longest
 * and waits if that is below its floor, spurious copies get delays from the tail, and each copy finds its port live in a later incarnation or not. What is
 * harmful of those is the receiver's share. Immutable; the same seed gives the same result.
 *
 * @param connectionsPerSecond offered
 * @param ports of one destination
 * @param floorSeconds below which none is used again
 * @param openSeconds how long each connection is live
 * @param duplicatesPerConnection spurious copies, each of a segment anywhere in it
 * @param tail how late copies are
 */
public record MonteCarlo(
        double connectionsPerSecond,
        int ports,
        double floorSeconds,
        double openSeconds,
        double duplicatesPerConnection,
        DelayTail tail) {
    private static final int MOST = 50_000_000;
    /** Of a connection; e to the minus that must be a number. */
    private static final double MOST_DUPLICATES = 500;

    public MonteCarlo {
        if (!(connectionsPerSecond > 0 && ports > 0 && floorSeconds >= 0 && openSeconds > 0)
                || !(duplicatesPerConnection >= 0 && duplicatesPerConnection <= MOST_DUPLICATES)) {
            throw new IllegalArgumentException(
                    "rates, ports and lives are above 0, floors 0 or more, duplicates 0 to " + MOST_DUPLICATES);
        }
    }

    /**
     * What came of it. Immutable.
     *
     * @param connections begun
     * @param reuses of them, on a port that was used before
     * @param meanAgeSeconds at reuse
     * @param achievedPerSecond begun in a second, less than offered where the floor made them wait
     * @param copies drawn
     * @param met copies that found a later incarnation live
     */
    public record Result(
            long connections, long reuses, double meanAgeSeconds, double achievedPerSecond, long copies, long met) {
        /** Copies into a live incarnation, for each reuse. */
        public double metPerReuse() {
            return reuses == 0 ? 0 : (double) met / reuses;
        }
    }

    /** @param connections at least 1, at most 50 million */
    public Result run(int connections, long seed) {
        if (connections < 1 || connections > MOST) {
            throw new IllegalArgumentException("1 to " + MOST + " connections, not " + connections);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] starts = new double[connections];
        double now = 0;
        double ages = 0;
        for (int i = 0; i < connections; i++) {
            now += -Math.log(1 - random.nextDouble()) / connectionsPerSecond;
            starts[i] = now;
            if (i >= ports) {
                double ended = starts[i - ports] + openSeconds;
                starts[i] = Math.max(now, ended + floorSeconds);
                ages += starts[i] - ended;
            }
        }
        int reuses = Math.max(0, connections - ports);
        long copies = 0;
        long met = 0;
        for (int i = 0; i < connections; i++) {
            for (int n = poisson(random); n > 0; n--) {
                copies++;
                double sent = starts[i] + random.nextDouble() * openSeconds;
                double arrives = sent + tail.secondsExceededBy(1 - random.nextDouble());
                met += findsLive(starts, i, arrives) ? 1 : 0;
            }
        }
        double lasted = starts[connections - 1] - starts[0];
        return new Result(
                connections,
                reuses,
                reuses == 0 ? Double.POSITIVE_INFINITY : ages / reuses,
                lasted > 0 ? (connections - 1) / lasted : connectionsPerSecond,
                copies,
                met);
    }

    private boolean findsLive(double[] starts, int of, double arrives) {
        for (int later = of + ports; later > 0 && later < starts.length && starts[later] <= arrives; later += ports) {
            if (arrives < starts[later] + openSeconds) {
                return true;
            }
        }
        return false;
    }

    private int poisson(SplittableRandom random) {
        double limit = Math.exp(-duplicatesPerConnection);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }
}

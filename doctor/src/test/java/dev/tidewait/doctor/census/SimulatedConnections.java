package dev.tidewait.doctor.census;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Connections of one source to one destination, played through without a kernel: when each begins, ends and frees its port. TIME_WAIT is freed as the
 * kernel does, at the first boundary of a timer grain after 60 s.
 */
final class SimulatedConnections {
    private static final double STEP_SECONDS = 0.001;

    private final double[] opened;
    private final double[] closed;
    private final double[] freed;
    private final boolean peerCloses;
    private final boolean even;
    private boolean watched;

    /**
     * @param rate connections a second at each moment
     * @param hold how long each lasts
     * @param peerCloses whether TIME_WAIT is at the peer
     * @param random for the moments of arrival (Poisson) and the phase of the timer; arrivals are evenly spaced if {@code even}
     */
    SimulatedConnections(
            DoubleUnaryOperator rate,
            DoubleUnaryOperator hold,
            boolean peerCloses,
            double untilSeconds,
            TimeWaitTimer timer,
            boolean even,
            Random random) {
        this.peerCloses = peerCloses;
        this.even = even;
        double phase = random.nextDouble() * timer.lateSeconds();
        double[] moments = arrivals(rate, untilSeconds, even, random);
        opened = moments;
        closed = new double[moments.length];
        freed = new double[moments.length];
        for (int i = 0; i < moments.length; i++) {
            closed[i] = opened[i] + hold.applyAsDouble(opened[i]);
            double due = closed[i] + TimeWaitTimer.SECONDS - phase;
            double grain = timer.lateSeconds();
            freed[i] = peerCloses ? closed[i] : (Math.floor(due / grain) + 1) * grain + phase;
        }
    }

    private static double[] arrivals(DoubleUnaryOperator rate, double until, boolean even, Random random) {
        double[] moments = new double[1 << 20];
        int count = 0;
        double due = even ? 1 : -Math.log(1 - random.nextDouble());
        double passed = 0;
        for (double t = 0; t < until && count < moments.length; t += STEP_SECONDS) {
            passed += rate.applyAsDouble(t) * STEP_SECONDS;
            while (passed >= due && count < moments.length) {
                moments[count++] = t;
                due += even ? 1 : -Math.log(1 - random.nextDouble());
            }
        }
        return Arrays.copyOf(moments, count);
    }

    boolean isEven() {
        return even;
    }

    /** When all usable ports are taken; infinite if never. */
    double exhaustedSeconds(int usable, double untilSeconds) {
        int slots = (int) (untilSeconds / STEP_SECONDS) + 1;
        int[] change = new int[slots + 1];
        for (int i = 0; i < opened.length; i++) {
            change[slot(opened[i], slots)]++;
            change[slot(freed[i], slots)]--;
        }
        int inUse = 0;
        for (int slot = 0; slot < slots; slot++) {
            inUse += change[slot];
            if (inUse >= usable) {
                return slot * STEP_SECONDS;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static int slot(double seconds, int slots) {
        return (int) Math.min(slots, seconds / STEP_SECONDS);
    }

    /** One look a second until {@code t}, if somebody watches. */
    private OpenHistory history(double t) {
        OpenHistory history = OpenHistory.EMPTY;
        for (int ago = Math.min(60, (int) t); watched && ago > 0; ago--) {
            history = history.plus(1, begunBetween(t - ago, t - ago + 1));
        }
        return history;
    }

    private int begunBetween(double from, double to) {
        int begun = 0;
        for (double moment : opened) {
            begun += moment > from && moment <= to ? 1 : 0;
        }
        return begun;
    }

    SimulatedConnections watched() {
        watched = true;
        return this;
    }

    /** What two looks, the second of them at {@code t}, would have seen. */
    Observation lookAt(double t, double spanSeconds) {
        double then = t - spanSeconds;
        int live = 0;
        int liveBefore = 0;
        int newcomers = 0;
        int ended = 0;
        int[] ages = new int[TimeWaitAges.BUCKETS];
        for (int i = 0; i < opened.length; i++) {
            boolean wasLive = opened[i] <= then && closed[i] > then;
            boolean isLive = opened[i] <= t && closed[i] > t;
            boolean cools = !peerCloses && closed[i] <= t && freed[i] > t;
            live += isLive ? 1 : 0;
            liveBefore += wasLive ? 1 : 0;
            newcomers += (isLive || cools) && opened[i] > then ? 1 : 0;
            ended += peerCloses && wasLive && !isLive ? 1 : 0;
            if (cools) {
                ages[Math.min(TimeWaitAges.OVERDUE, (int) (t - closed[i]))]++;
            }
        }
        return new Observation(
                live, liveBefore, newcomers, ended, spanSeconds, TimeWaitAges.of(ages), history(t), false);
    }
}

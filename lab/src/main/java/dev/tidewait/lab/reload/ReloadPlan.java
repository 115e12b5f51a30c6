package dev.tidewait.lab.reload;

import java.time.Duration;

/**
 * What {@code lab reload} does. Immutable; start from {@link #STANDARD}.
 *
 * @param reloads how many, evenly over the duration
 * @param duration how long requests are sent
 * @param perSecond requests a second, open loop
 * @param steady connections of each use that live from before the first reload until after the last one
 */
record ReloadPlan(int reloads, Duration duration, double perSecond, int steady) {
    /** 100 reloads in a minute of 1,000 requests a second. */
    static final ReloadPlan STANDARD = new ReloadPlan(100, Duration.ofSeconds(60), 1_000, 10);

    ReloadPlan withReloads(int count) {
        return new ReloadPlan(count, duration, perSecond, steady);
    }

    ReloadPlan withDuration(Duration newDuration) {
        return new ReloadPlan(reloads, newDuration, perSecond, steady);
    }

    ReloadPlan withRate(double newPerSecond) {
        return new ReloadPlan(reloads, duration, newPerSecond, steady);
    }

    ReloadPlan withSteady(int count) {
        return new ReloadPlan(reloads, duration, perSecond, count);
    }
}

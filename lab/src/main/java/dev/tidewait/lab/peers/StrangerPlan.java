package dev.tidewait.lab.peers;

import java.time.Duration;

/**
 * What is asked of each program. Immutable.
 *
 * @param perSecond connections
 * @param duration how long
 */
record StrangerPlan(double perSecond, Duration duration) {
    /** Far above the 470/s that the kernel's own TIME_WAIT allows, and long enough for each port to come round many times. */
    static final StrangerPlan STANDARD = new StrangerPlan(2_000, Duration.ofMinutes(3));
}

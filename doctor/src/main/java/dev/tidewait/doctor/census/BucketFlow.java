package dev.tidewait.doctor.census;

import java.util.Optional;

/**
 * How TIME_WAIT sockets of the whole namespace come, and go before their time. Immutable.
 *
 * @param begun that become TIME_WAIT, by the ages of those that are there
 * @param leftEarlyPerSecond that leave before they are 60 s old: taken over by connect() (tcp_tw_reuse, or an explicit port as Tidewait's),
 *     destroyed, or ended by a reset. 0 where there was one look only
 */
record BucketFlow(Trend begun, double leftEarlyPerSecond) {
    /** Below this part of those that begin, what leaves early is chance, or does not matter. */
    private static final double FEW = 0.05;

    static BucketFlow between(Optional<Look> earlier, Look look) {
        Trend begun = Trend.of(look.ages.ages());
        double seconds = earlier.map(look::secondsSince).orElse(0.0);
        if (earlier.isEmpty() || seconds <= 0) {
            return new BucketFlow(begun, 0);
        }
        // What came and was taken over between the looks shows in the counter only, what was destroyed in the sockets
        // only.
        long takenOver = look.counters
                .growth(CounterReading.TIME_WAIT_TAKEN_OVER, earlier.get().counters)
                .orElse(0);
        return new BucketFlow(begun, Math.max(takenOver, look.timeWaitLeftEarly(earlier.get())) / seconds);
    }

    /** By how much they grow while none is 60 s old. The slope of what begins says nothing about it where many leave early. */
    Trend net() {
        double perSecond = Math.max(0, begun.perSecondNow() - leftEarlyPerSecond);
        return new Trend(perSecond, leftEarlyPerSecond <= FEW * begun.perSecondNow() ? begun.slope() : 0);
    }
}

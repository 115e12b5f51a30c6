package dev.tidewait.lab.peers;

import dev.tidewait.lab.product.HookCount;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of one cell. Immutable.
 *
 * @param cell which
 * @param asked connections a second; 0 = as fast as it goes
 * @param done that ended as they should
 * @param failed all others
 * @param perSecond done, on average over the cell's time
 * @param p50Micros from due to the answer
 * @param p99Micros the same
 * @param outages whole seconds in which nothing was done
 * @param causes of failures, as text
 * @param resets sent by the program's host
 * @param timeWait TIME_WAIT towards the server at the end
 * @param hook what {@code tidewait run} counted, where the program was under it
 * @param reaper what {@code tidewait reap} did, where it was beside the program
 * @param failedAfterwards after {@link Demand#ABOVE}, at half of what is possible: failures later than a floor
 * @param millis how long the cell took
 */
record PeerOutcome(
        PeerCell cell,
        double asked,
        long done,
        long failed,
        double perSecond,
        long p50Micros,
        long p99Micros,
        int outages,
        String causes,
        long resets,
        long timeWait,
        Optional<HookCount> hook,
        Optional<ReapCount> reaper,
        OptionalLong failedAfterwards,
        long millis) {}

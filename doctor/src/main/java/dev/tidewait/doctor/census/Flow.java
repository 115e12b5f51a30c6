package dev.tidewait.doctor.census;

import java.util.OptionalDouble;

/**
 * How connections of one (source, destination) come and go. Immutable. What needs two looks is empty after one.
 *
 * @param newPerSecond connections begun each second between the two looks: all that are there now, or in a TIME_WAIT younger than the first
 *     look, and were not there then. Connections that came and went between the looks without TIME_WAIT here are missing
 * @param timeWaitPerSecond connections that become TIME_WAIT each second at present: by the kernel's timers, over ten seconds or as much of the last minute
 *     as lies on a straight line; one look suffices
 * @param timeWaitSlope by how much that rate changes each second; 0 where the change is not more than its noise
 * @param endedElsewherePerSecond connections that went each second between the two looks and left no TIME_WAIT here: the peer closed first, a
 *     reset, or a failed connect
 * @param holdSeconds how long a connection lasts at present: live ones over the rate at which they end; empty if none ended
 */
public record Flow(
        OptionalDouble newPerSecond,
        double timeWaitPerSecond,
        double timeWaitSlope,
        OptionalDouble endedElsewherePerSecond,
        OptionalDouble holdSeconds) {}

package dev.tidewait.lab.peers;

/**
 * What {@code tidewait reap} did and cost. Immutable.
 *
 * @param destroyed TIME_WAIT sockets
 * @param cpuShare of one core, after the first quarter of the load's time: the JVM has compiled by then
 */
record ReapCount(long destroyed, double cpuShare) {}

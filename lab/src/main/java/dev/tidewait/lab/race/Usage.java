package dev.tidewait.lab.race;

/**
 * What has been used up so far. Immutable.
 *
 * @param machineMicros busy time of all CPUs, whoever was busy
 * @param userMicros of the contestant's processes
 * @param systemMicros of the contestant's processes
 * @param switches context switches of the contestant's threads
 */
record Usage(long machineMicros, long userMicros, long systemMicros, long switches) {
    /** What was used between the two. */
    Usage since(Usage before) {
        return new Usage(
                machineMicros - before.machineMicros,
                userMicros - before.userMicros,
                systemMicros - before.systemMicros,
                switches - before.switches);
    }
}

package dev.tidewait.doctor.census;

/**
 * How ports are taken and given back at present. Immutable.
 *
 * @param live taken now by connections not in TIME_WAIT
 * @param openPerSecond connections begun each second now
 * @param openSlope change of that rate each second
 * @param holdSeconds how long a connection lasts; 0 for no time, infinite where none ends
 * @param timeWaitShare share of the connections that leave TIME_WAIT here, 0 to 1
 */
record Demand(double live, double openPerSecond, double openSlope, double holdSeconds, double timeWaitShare) {
    /** The part of it that uses some of the ports only: a share of the flow, and one of the live connections. */
    Demand share(double share, double liveShare) {
        return new Demand(live * liveShare, openPerSecond * share, openSlope * share, holdSeconds, timeWaitShare);
    }

    double openPerSecondAt(double seconds) {
        return Math.max(0, openPerSecond + openSlope * seconds);
    }
}

package dev.tidewait.doctor.census;

/**
 * Incoming connections on one local port, any address. Immutable.
 *
 * @param port local port
 * @param isListening whether somebody listens there now; otherwise connections of a service that has stopped
 * @param counts sockets by state, the listener left out
 * @param timeWaitPerSecond how many become TIME_WAIT each second at present
 */
public record ServiceUse(int port, boolean isListening, StateCounts counts, double timeWaitPerSecond) {}

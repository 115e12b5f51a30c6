package dev.tidewait.doctor.host;

/**
 * A port on which a service listens. Immutable, any thread.
 *
 * @param port 1 to 65535
 * @param loopbackOnly every listener on it is bound to a loopback address
 * @param userId the user of one of them
 */
public record ListeningPort(int port, boolean loopbackOnly, int userId) {}

package dev.tidewait.ports;

/**
 * An address to connect from, with the ports that may be used there. Immutable.
 *
 * @param address the source
 * @param order its ports in the order of their first use
 */
public record Source(IpAddress address, PortOrder order) {}

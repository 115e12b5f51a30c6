package dev.tidewait.doctor.census;

import dev.tidewait.ports.IpAddress;

/**
 * The outgoing connections of one source on ports that connect() or bind() to port 0 choose. Immutable.
 *
 * <p>Programs that connect() without bind(), or bind() with IP_BIND_ADDRESS_NO_PORT, share ports between destinations: {@code portCount} is
 * clearly less than {@code socketCount} once there are many. Where each socket has a port of its own, all destinations share one pool.
 *
 * @param source local address
 * @param destinationCount destinations it has connections to
 * @param socketCount connections in any state, TIME_WAIT included
 * @param portCount distinct local ports of these
 * @param firstParityPortCount of the ports, how many have the parity of the range's first one; see {@link DestinationUse#firstParityInUse}
 * @param usable ports that connect() may choose
 */
public record SourceUse(
        IpAddress source, int destinationCount, int socketCount, int portCount, int firstParityPortCount, int usable) {}

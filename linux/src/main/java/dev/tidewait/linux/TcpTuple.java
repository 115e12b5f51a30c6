package dev.tidewait.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A TCP four-tuple as this host sees it. Immutable, any thread. Addresses are 128 bits in two longs, big-endian; an IPv4
 * address is its IPv4-mapped form ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), which is also what the kernel does: an AF_INET
 * socket and an AF_INET6 socket with mapped addresses share one table, so one look-up finds either.
 *
 * @param sourceHigh upper 64 bits of the local address
 * @param sourceLow lower 64 bits of the local address
 * @param sourcePort local port, 0 to 65535
 * @param destinationHigh upper 64 bits of the remote address
 * @param destinationLow lower 64 bits of the remote address
 * @param destinationPort remote port, 0 to 65535
 */
public record TcpTuple(
        long sourceHigh,
        long sourceLow,
        int sourcePort,
        long destinationHigh,
        long destinationLow,
        int destinationPort) {
    private static final long MAPPED_MARK = 0x0000_ffff_0000_0000L;
    private static final long IPV4_MASK = 0xffff_ffffL;

    public TcpTuple {
        checkPort(sourcePort);
        checkPort(destinationPort);
        if (isMapped(sourceHigh, sourceLow) != isMapped(destinationHigh, destinationLow)) {
            throw new IllegalArgumentException("one address is IPv4 and the other IPv6: " + text(sourceHigh, sourceLow)
                    + " and " + text(destinationHigh, destinationLow));
        }
    }

    /** The four-tuple of two resolved socket addresses. */
    public static TcpTuple of(InetSocketAddress source, InetSocketAddress destination) {
        return of(source.getAddress(), source.getPort(), destination.getAddress(), destination.getPort());
    }

    /** The four-tuple of two addresses and ports. */
    public static TcpTuple of(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
        return new TcpTuple(
                high(source), low(source), sourcePort, high(destination), low(destination), destinationPort);
    }

    /** Upper 64 bits of an address; 0 for IPv4. */
    public static long high(InetAddress address) {
        return address instanceof Inet4Address
                ? 0
                : ByteBuffer.wrap(address.getAddress()).getLong(0);
    }

    /** Lower 64 bits of an address; for IPv4 those of its mapped form. */
    public static long low(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? mapped(bytes.getInt(0)) : bytes.getLong(8);
    }

    /** Both addresses are IPv4 (mapped). */
    public boolean isIpv4() {
        return isMapped(sourceHigh, sourceLow);
    }

    /** The local address; an {@link Inet4Address} if mapped. */
    public InetAddress source() {
        return address(sourceHigh, sourceLow);
    }

    /** The remote address; an {@link Inet4Address} if mapped. */
    public InetAddress destination() {
        return address(destinationHigh, destinationLow);
    }

    @Override
    public String toString() {
        return endpoint(sourceHigh, sourceLow, sourcePort) + " > "
                + endpoint(destinationHigh, destinationLow, destinationPort);
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && (low & ~IPV4_MASK) == MAPPED_MARK;
    }

    static long mapped(int ipv4) {
        return MAPPED_MARK | (ipv4 & IPV4_MASK);
    }

    private static InetAddress address(long high, long low) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    private static String text(long high, long low) {
        return address(high, low).getHostAddress();
    }

    private static String endpoint(long high, long low, int port) {
        return isMapped(high, low) ? text(high, low) + ":" + port : "[" + text(high, low) + "]:" + port;
    }

    private static void checkPort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }
}

package dev.tidewait.lab.campus;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where proxy and destinations are. Immutable.
 *
 * @param proxy its HTTP listener
 * @param socks its SOCKS5 listener
 * @param firstOrigin the first of the servers that answer; the others follow it by number
 * @param originCount how many addresses answer
 * @param refusingCount so many addresses after those refuse
 * @param silent answers no SYN
 */
record Town(
        InetSocketAddress proxy,
        InetSocketAddress socks,
        InetAddress firstOrigin,
        int originCount,
        int refusingCount,
        InetAddress silent) {
    /** Address of a destination with this fate. */
    String host(Fate fate, int random) {
        return switch (fate) {
            case UNREACHED -> silent.getHostAddress();
            case REFUSED ->
                plus(firstOrigin, originCount + Math.floorMod(random, refusingCount))
                        .getHostAddress();
            default -> plus(firstOrigin, Math.floorMod(random, originCount)).getHostAddress();
        };
    }

    /** An address so many after another one. */
    static InetAddress plus(InetAddress first, int count) {
        byte[] bytes = first.getAddress();
        int at = bytes.length - 2;
        int low = ((bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff)) + count;
        bytes[at] = (byte) (low >> 8);
        bytes[at + 1] = (byte) low;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // its length is an address's
        }
    }
}

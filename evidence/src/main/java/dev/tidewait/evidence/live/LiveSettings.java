package dev.tidewait.evidence.live;

import dev.tidewait.ports.IpAddress;

/**
 * What a {@link LiveWatch} is to do. Immutable.
 *
 * @param device name of the network device whose incoming segments are looked at
 * @param prefix4Bits what IPv4 addresses are cut to, 0 to 32
 * @param prefix6Bits what IPv6 addresses are cut to, 0 to 128
 * @param remembered ended connections that are remembered at most; 130 bytes of kernel memory each
 */
public record LiveSettings(String device, int prefix4Bits, int prefix6Bits, int remembered) {
    private static final int USUAL_PREFIX4 = 24;
    private static final int USUAL_PREFIX6 = 48;
    /** At 7,500 connections a second the last 35 s, of which 28 s are sure; in 34 MB. */
    private static final int USUAL_REMEMBERED = 262_144;

    private static final int FEWEST_REMEMBERED = 1_024;
    private static final int MOST_REMEMBERED = 16_777_216;

    public LiveSettings {
        require(prefix4Bits >= 0 && prefix4Bits <= 32, "an IPv4 prefix has 0 to 32 bits, not " + prefix4Bits);
        require(prefix6Bits >= 0 && prefix6Bits <= 128, "an IPv6 prefix has 0 to 128 bits, not " + prefix6Bits);
        require(
                remembered >= FEWEST_REMEMBERED && remembered <= MOST_REMEMBERED,
                "connections remembered are 1,024 to 16,777,216, not " + remembered);
    }

    /** The usual ones. */
    public static LiveSettings of(String device) {
        return new LiveSettings(device, USUAL_PREFIX4, USUAL_PREFIX6, USUAL_REMEMBERED);
    }

    public LiveSettings withPrefixes(int newPrefix4Bits, int newPrefix6Bits) {
        return new LiveSettings(device, newPrefix4Bits, newPrefix6Bits, remembered);
    }

    public LiveSettings withRemembered(int newRemembered) {
        return new LiveSettings(device, prefix4Bits, prefix6Bits, newRemembered);
    }

    RemotePrefix prefixOf(IpAddress remote) {
        if (remote.isV4()) {
            return new RemotePrefix(new IpAddress(0, remote.low() & (0xffff_ffff_0000_0000L | mask4())), prefix4Bits);
        }
        return new RemotePrefix(new IpAddress(remote.high() & highMask6(), remote.low() & lowMask6()), prefix6Bits);
    }

    /** In the lower 32 bits. */
    long mask4() {
        return prefix4Bits == 0 ? 0 : 0xffff_ffffL << (32 - prefix4Bits) & 0xffff_ffffL;
    }

    long highMask6() {
        return leadingOnes(Math.min(prefix6Bits, Long.SIZE));
    }

    long lowMask6() {
        return leadingOnes(Math.max(0, prefix6Bits - Long.SIZE));
    }

    private static long leadingOnes(int count) {
        return count == 0 ? 0 : -1L << (Long.SIZE - count);
    }

    private static void require(boolean right, String message) {
        if (!right) {
            throw new IllegalArgumentException(message);
        }
    }
}

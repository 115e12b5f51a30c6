package dev.tidewait.proxy.address;

import java.net.InetAddress;

/**
 * A block of addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32}; one address alone is a block too. Immutable.
 *
 * @param network first address of the block; the bits behind the prefix are 0
 * @param prefixLength bits that must match, 0 to 32 for IPv4 and 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefixLength) {
    public Cidr {
        byte[] bytes = network.getAddress();
        if (prefixLength < 0 || prefixLength > bytes.length * 8) {
            throw new IllegalArgumentException("/" + prefixLength + " is no prefix length of " + Addresses.text(network)
                    + "; give 0 to " + bytes.length * 8);
        }
        InetAddress masked = IpLiteral.fromBytes(mask(bytes, prefixLength));
        if (!masked.equals(network)) {
            throw new IllegalArgumentException(Addresses.text(network) + "/" + prefixLength
                    + " has bits set behind the prefix; did you mean " + Addresses.text(masked) + "/" + prefixLength
                    + ", or " + Addresses.text(network) + "/" + bytes.length * 8 + " for the one address?");
        }
    }

    /** The block of that size in which the address lies. */
    public static Cidr around(InetAddress address, int prefixLength) {
        return new Cidr(IpLiteral.fromBytes(mask(address.getAddress(), prefixLength)), prefixLength);
    }

    /** @throws IllegalArgumentException what is wrong with the text, and what to write instead */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String addressText = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = IpLiteral.parse(addressText);
        if (address == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address block; write it like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
        }
        boolean mapped = address.getAddress().length == 4 && addressText.indexOf(':') >= 0;
        if (mapped) {
            throw new IllegalArgumentException(
                    "'" + text + "' is IPv4 in IPv6 clothes; write it like " + Addresses.text(address) + "/24");
        }
        int longest = address.getAddress().length * 8;
        return new Cidr(address, slash < 0 ? longest : parsePrefixLength(text, text.substring(slash + 1), longest));
    }

    private static int parsePrefixLength(String text, String digits, int longest) {
        boolean valid = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0')
                && Integer.parseInt(digits) <= longest;
        if (!valid) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no valid prefix length behind the slash; give 0 to " + longest);
        }
        return Integer.parseInt(digits);
    }

    /** Whether the address lies in this block; an address of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] wanted = network.getAddress();
        if (bytes.length != wanted.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != wanted[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((bytes[whole] ^ wanted[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    /** Whether every address of the other block lies in this one. */
    public boolean covers(Cidr other) {
        return prefixLength <= other.prefixLength && contains(other.network);
    }

    private static byte[] mask(byte[] bytes, int prefixLength) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int keep = Math.clamp(prefixLength - 8L * i, 0, 8);
            masked[i] &= (byte) (0xff << (8 - keep));
        }
        return masked;
    }

    @Override
    public String toString() {
        return Addresses.text(network) + "/" + prefixLength;
    }
}

package dev.tidewait.hook.reap;

import dev.tidewait.hook.DestinationMatch;
import java.util.List;

/** Destinations or sources as masks, so that nothing is allocated for a question. Immutable. */
final class AddressFilter {
    private static final int WORDS = 4;
    private static final int MAPPED_BITS = 96;

    /** For each match: mask and wanted value of the upper 64 bits, then of the lower ones. */
    private final long[] words;
    /** 0 = any. */
    private final int[] ports;

    /** @param matches one of them is enough; none = everything */
    AddressFilter(List<DestinationMatch> matches) {
        words = new long[matches.size() * WORDS];
        ports = new int[matches.size()];
        for (int i = 0; i < ports.length; i++) {
            DestinationMatch match = matches.get(i);
            int bits = match.network().isV4() ? MAPPED_BITS + match.prefixLength() : match.prefixLength();
            words[i * WORDS] = mask(bits);
            words[i * WORDS + 1] = match.network().high();
            words[i * WORDS + 2] = mask(bits - Long.SIZE);
            words[i * WORDS + 3] = match.network().low();
            ports[i] = match.port();
        }
    }

    /** Addresses as the kernel's dump gives them: IPv4 as ::ffff:a.b.c.d. */
    boolean matches(long high, long low, int port) {
        for (int i = 0; i < ports.length; i++) {
            if ((high & words[i * WORDS]) == words[i * WORDS + 1]
                    && (low & words[i * WORDS + 2]) == words[i * WORDS + 3]
                    && (ports[i] == 0 || ports[i] == port)) {
                return true;
            }
        }
        return ports.length == 0;
    }

    /** The highest {@code bits} of 64; none below 1, all above 63. */
    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
    }
}

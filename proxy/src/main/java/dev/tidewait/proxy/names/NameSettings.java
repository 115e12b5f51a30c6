package dev.tidewait.proxy.names;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How names become addresses. Immutable.
 *
 * @param service who is asked; what follows but {@code mostQuestions} is for {@link NameService#DNS} alone
 * @param servers DNS servers in the order of asking; empty = those of {@code /etc/resolv.conf}
 * @param search whether a name without a dot is also looked for in the search domains of {@code /etc/resolv.conf}; names with a dot
 *     never are. Off by default: rules on names see what the client said, not what a search domain made of it
 * @param cacheEntries names remembered, 0 to 1,000,000; the one not asked for longest goes first
 * @param minTtl addresses are remembered at least this long, up to {@code maxTtl}
 * @param maxTtl and at most this long, whatever the answer says; up to 1 day
 * @param negativeTtl how long it is remembered that a name has no address, or that no server could say; up to 5 minutes
 * @param mostQuestions names asked for at the same time, 1 to 65,536; each has at most two sockets
 */
public record NameSettings(
        NameService service,
        List<InetSocketAddress> servers,
        boolean search,
        int cacheEntries,
        Duration minTtl,
        Duration maxTtl,
        Duration negativeTtl,
        int mostQuestions) {
    // Before DEFAULTS, whose constructor reads them.
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int MOST_QUESTIONS = 65_536;
    private static final Duration LONGEST_TTL = Duration.ofDays(1);
    /** RFC 9520, section 3.2. */
    private static final Duration LONGEST_NEGATIVE = Duration.ofMinutes(5);

    /** DNS by resolv.conf, 10,000 names, 0 s to 5 min, 5 s, 1,024 questions. */
    public static final NameSettings DEFAULTS = new NameSettings(
            NameService.DNS,
            List.of(),
            false,
            10_000,
            Duration.ZERO,
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            1_024);

    public NameSettings {
        servers = List.copyOf(servers);
        checkRange("names.cache", cacheEntries, 0, MOST_ENTRIES);
        checkRange("names.questions", mostQuestions, 1, MOST_QUESTIONS);
        checkAtMost("names.maxTtl", maxTtl, LONGEST_TTL);
        checkAtMost("names.minTtl", minTtl, maxTtl);
        checkAtMost("names.negativeTtl", negativeTtl, LONGEST_NEGATIVE);
        for (InetSocketAddress server : servers) {
            if (server.isUnresolved() || server.getPort() == 0) {
                throw new IllegalArgumentException(server
                        + " in names.servers is no address and port of a DNS server; write one such as 192.0.2.53");
            }
        }
    }

    private static void checkRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + "; give " + least + " to " + most);
        }
    }

    private static void checkAtMost(String key, Duration value, Duration most) {
        if (value.isNegative() || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    key + " is " + value.toMillis() + " ms; give 0 to " + most.toMillis() + " ms");
        }
    }
}

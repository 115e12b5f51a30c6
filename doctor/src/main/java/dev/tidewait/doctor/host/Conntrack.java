package dev.tidewait.doctor.host;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The connection tracking table of netfilter, which also holds what it translates (NAT). Immutable, any thread.
 *
 * @param count net.netfilter.nf_conntrack_count, entries of this network namespace
 * @param max net.netfilter.nf_conntrack_max: entries that each network namespace may have; set in the initial one only
 * @param timeWaitSeconds net.netfilter.nf_conntrack_tcp_timeout_time_wait: how long it holds a closed connection
 * @param establishedSeconds net.netfilter.nf_conntrack_tcp_timeout_established: how long it holds one on which nothing is sent
 * @param dropped packets dropped because the table was full or a translated port was taken (drop of /proc/net/stat/nf_conntrack), since the network
 *     namespace was made
 * @param nat source addresses that it translates; empty where the entries cannot be read
 */
public record Conntrack(
        long count,
        long max,
        OptionalLong timeWaitSeconds,
        OptionalLong establishedSeconds,
        OptionalLong dropped,
        Optional<SourceNat> nat) {
    private static final String SETTINGS = "net.netfilter.nf_conntrack_";
    private static final String COUNTERS = "thread-self/net/stat/nf_conntrack";
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int HEXADECIMAL = 16;

    /** Empty where the module is not loaded, which is nothing special. */
    static Optional<Conntrack> read(ProcText text) {
        OptionalLong count = text.settingIfThere(SETTINGS + "count");
        OptionalLong max = text.settingIfThere(SETTINGS + "max");
        if (count.isEmpty() || max.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Conntrack(
                count.getAsLong(),
                max.getAsLong(),
                text.settingIfThere(SETTINGS + "tcp_timeout_time_wait"),
                text.settingIfThere(SETTINGS + "tcp_timeout_established"),
                dropped(text),
                NatLook.read(text, count.getAsLong())));
    }

    /** A line of names, then one of hexadecimal numbers for each CPU; readable for all. */
    private static OptionalLong dropped(ProcText text) {
        List<String> lines = text.ifThere(
                        text.roots().proc().resolve(COUNTERS), "packets dropped by connection tracking")
                .orElse("")
                .lines()
                .toList();
        int column = lines.isEmpty() ? -1 : List.of(words(lines.getFirst())).indexOf("drop");
        if (column < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(lines.stream()
                .skip(1)
                .map(Conntrack::words)
                .filter(words -> words.length > column)
                .mapToLong(words -> Long.parseLong(words[column], HEXADECIMAL))
                .sum());
    }

    private static String[] words(String line) {
        return BLANKS.split(line.strip());
    }
}

package dev.tidewait.doctor.host;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@link SourceNat} from the table of netfilter, an entry a line. Owned by one thread.
 *
 * <p>The rules are not read: they have three forms (nftables, iptables on it, the old iptables), a tool for each, and say nothing about how many ports
 * are taken. An entry shows what was done, whoever did it.
 */
final class NatLook {
    private static final String TABLE = "thread-self/net/nf_conntrack";

    /**
     * Entries read at most, a tenth of a second's worth. The kernel goes through its hash table, so the first ones are a sample by chance, and the
     * counts are scaled up.
     */
    static final int MOST_READ = 8_192;

    private static final List<String> CLOSED = List.of(" TIME_WAIT ", " CLOSE ");

    private final Map<Way, Tally> ways = new HashMap<>();
    private long mappingCount;

    private NatLook() {}

    /** Empty, and noted, if the entries cannot be read. */
    static Optional<SourceNat> read(ProcText text, long count) {
        if (count == 0) {
            return Optional.of(SourceNat.NONE);
        }
        Optional<List<String>> lines = text.firstLines(TABLE, "addresses that this host translates (NAT)", MOST_READ);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        NatLook look = new NatLook();
        lines.get().forEach(look::add);
        int read = lines.get().size();
        return Optional.of(look.scaled(read < MOST_READ ? 1 : Math.max(1, (double) count / read)));
    }

    /**
     * {@code ipv4 2 tcp 6 117 TIME_WAIT src=… dst=… sport=… dport=… src=… dst=… sport=… dport=… [ASSURED] mark=0 use=2}: the connection as it was
     * opened, then as its answers come. Counters may stand between.
     */
    private void add(String line) {
        int opened = line.indexOf("src=");
        int answer = line.indexOf("src=", opened + 1);
        if (opened < 0 || answer < 0 || !line.substring(0, opened).contains(" tcp ")) {
            return;
        }
        String translated = field(line, "dst=", answer);
        boolean isTranslated = !translated.equals(field(line, "src=", opened))
                || !field(line, "dport=", answer).equals(field(line, "sport=", opened));
        if (isTranslated) {
            mappingCount++;
            Tally tally = ways.computeIfAbsent(
                    new Way(translated, field(line, "src=", answer), field(line, "sport=", answer)),
                    way -> new Tally());
            tally.mappings++;
            String state = line.substring(0, opened);
            tally.closed += CLOSED.stream().anyMatch(state::contains) ? 1 : 0;
        }
    }

    private static String field(String line, String name, int from) {
        int begin = line.indexOf(name, from) + name.length();
        int end = line.indexOf(' ', begin);
        return line.substring(begin, end < 0 ? line.length() : end);
    }

    private SourceNat scaled(double factor) {
        return new SourceNat(
                Math.round(mappingCount * factor),
                ways.entrySet().stream()
                        .map(way -> way.getKey().scaled(way.getValue(), factor))
                        .sorted(Comparator.comparingLong(NatWay::mappingCount).reversed())
                        .toList());
    }

    /** As the kernel writes them. */
    private record Way(String translated, String server, String port) {
        NatWay scaled(Tally tally, double factor) {
            return new NatWay(
                    IpAddress.of(InetAddress.ofLiteral(translated)),
                    new Destination(IpAddress.of(InetAddress.ofLiteral(server)), Integer.parseInt(port)),
                    Math.round(tally.mappings * factor),
                    Math.round(tally.closed * factor));
        }
    }

    private static final class Tally {
        private int mappings;
        private int closed;
    }
}

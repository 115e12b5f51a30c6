package dev.tidewait.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The kernel's TCP counters at one moment, by the names that nstat(8) shows: all of /proc/net/netstat and /proc/net/snmp
 * ({@code TcpExtTWRecycled}, {@code TcpOutRsts}) and /proc/net/sockstat ({@code sockstat.TCP.tw}). Immutable, any thread;
 * {@link #read()} reads those of the calling thread's namespace.
 */
public final class TcpCounters {
    private static final String ADVICE = "Check that /proc is mounted.";

    private final Map<String, Long> values;

    private TcpCounters(Map<String, Long> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads all counters.
     *
     * @throws LinuxException if /proc cannot be read
     */
    public static TcpCounters read() {
        Map<String, Long> values = new HashMap<>();
        addTable(file("snmp"), values);
        addTable(file("netstat"), values);
        addSockstat(file("sockstat"), values);
        return new TcpCounters(values);
    }

    /** A counter by nstat name, such as {@code TcpExtTCPTimeWaitOverflow}; empty if this kernel does not have it. */
    public OptionalLong value(String name) {
        Long value = values.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** How much a counter has grown since an earlier reading; empty if this kernel does not have it. */
    public OptionalLong growth(String name, TcpCounters earlier) {
        OptionalLong now = value(name);
        OptionalLong then = earlier.value(name);
        return now.isPresent() && then.isPresent()
                ? OptionalLong.of(now.getAsLong() - then.getAsLong())
                : OptionalLong.empty();
    }

    /** TIME_WAIT sockets of this namespace now, FIN_WAIT2 without process included. */
    public long timeWaitCount() {
        return required("sockstat.TCP.tw");
    }

    /** Closes that got no TIME_WAIT because tcp_max_tw_buckets was reached; above 0 is an alarm. */
    public long timeWaitOverflows() {
        return required("TcpExtTCPTimeWaitOverflow");
    }

    /** TIME_WAIT sockets taken over by connect(). */
    public long timeWaitTakenOver() {
        return required("TcpExtTWRecycled");
    }

    /** RST segments sent. */
    public long resetsSent() {
        return required("TcpOutRsts");
    }

    /** SYN segments sent more than once. */
    public long synRetransmissions() {
        return required("TcpExtTCPSynRetrans");
    }

    /** Segments retransmitted, SYN included. */
    public long segmentsRetransmitted() {
        return required("TcpRetransSegs");
    }

    /** Connections opened from here. */
    public long activeOpens() {
        return required("TcpActiveOpens");
    }

    /** All counters by name. */
    public Map<String, Long> asMap() {
        return values;
    }

    private long required(String name) {
        return value(name)
                .orElseThrow(() -> new LinuxException(
                        "the kernel shows no counter " + name,
                        Errno.ENOENT,
                        "Its release is too old for this program."));
    }

    private static String file(String name) {
        String path = "/proc/thread-self/net/" + name;
        return ProcFile.read(path, "cannot read " + path, ADVICE);
    }

    /** Pairs of lines: "Tcp: NameA NameB" and "Tcp: 1 2". */
    private static void addTable(String text, Map<String, Long> values) {
        String[] lines = text.split("\n");
        for (int i = 0; i + 1 < lines.length; i += 2) {
            String[] names = lines[i].split(" ");
            String[] numbers = lines[i + 1].split(" ");
            if (!names[0].equals(numbers[0]) || !names[0].endsWith(":")) {
                continue;
            }
            String protocol = names[0].substring(0, names[0].length() - 1);
            for (int column = 1; column < Math.min(names.length, numbers.length); column++) {
                values.put(protocol + names[column], Long.parseLong(numbers[column]));
            }
        }
    }

    /** Lines like "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1". */
    private static void addSockstat(String text, Map<String, Long> values) {
        for (String line : text.split("\n")) {
            String[] words = line.split(" ");
            String protocol = words[0].replace(":", "");
            for (int i = 1; i + 1 < words.length; i += 2) {
                values.put("sockstat." + protocol + "." + words[i], Long.parseLong(words[i + 1]));
            }
        }
    }
}

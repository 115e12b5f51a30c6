package dev.tidewait.lab.late;

import dev.tidewait.lab.Namespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of one namespace's TCP, {@code /proc/net/snmp} and {@code /proc/net/netstat}, at one moment. Immutable.
 *
 * @param values by the kernel's names; what this kernel does not have is absent
 */
public record StackCounters(Map<String, Long> values) {
    public StackCounters {
        values = Map.copyOf(values);
    }

    public static StackCounters read(Namespace namespace) {
        return namespace.call(() -> {
            Map<String, Long> values = new TreeMap<>();
            for (String file : List.of("snmp", "netstat")) {
                add(Files.readAllLines(Path.of("/proc/thread-self/net", file)), values);
            }
            return new StackCounters(values);
        });
    }

    /** Pairs of lines: names, then values. */
    private static void add(List<String> lines, Map<String, Long> values) {
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String[] names = lines.get(i).split(" ");
            String[] numbers = lines.get(i + 1).split(" ");
            if (!names[0].equals("Tcp:") && !names[0].equals("TcpExt:")) {
                continue;
            }
            for (int at = 1; at < names.length; at++) {
                values.put(names[at], Long.parseLong(numbers[at]));
            }
        }
    }

    public long get(String name) {
        return values.getOrDefault(name, 0L);
    }

    /** Sum of all whose name begins so. */
    public long sum(String prefix) {
        return values.entrySet().stream()
                .filter(value -> value.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** What was counted since an earlier moment. */
    public StackCounters since(StackCounters earlier) {
        Map<String, Long> moved = new TreeMap<>();
        values.forEach((name, value) -> moved.put(name, value - earlier.get(name)));
        return new StackCounters(moved);
    }

    /** The sum of two stacks. */
    public StackCounters plus(StackCounters other) {
        Map<String, Long> sum = new TreeMap<>(values);
        other.values.forEach((name, value) -> sum.merge(name, value, Long::sum));
        return new StackCounters(sum);
    }
}

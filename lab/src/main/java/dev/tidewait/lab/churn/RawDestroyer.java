package dev.tidewait.lab.churn;

import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Destroys sockets as nobody should: by port alone, whatever state they are in (iproute2's {@code ss -K}). Used by one thread.
 *
 * <p>It takes those that were open at a moment when only long-lived connections were.
 */
final class RawDestroyer {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int VICTIMS = 3;

    private final Namespace proxy;
    private final int destinationPort;
    private final List<String> ports;

    private RawDestroyer(Namespace proxy, int destinationPort, List<String> ports) {
        this.proxy = proxy;
        this.destinationPort = destinationPort;
        this.ports = List.copyOf(ports);
    }

    /** Notes the ports of a few connections that are open now. */
    static RawDestroyer aim(Namespace proxy, int destinationPort) {
        List<String> ports = new ArrayList<>();
        ss(proxy, "-tnH", "state", "established", "dport", "=", ":" + destinationPort)
                .lines()
                .limit(VICTIMS)
                .forEach(line -> {
                    String local = line.strip().split("\\s+")[2];
                    ports.add(local.substring(local.lastIndexOf(':')));
                });
        return new RawDestroyer(proxy, destinationPort, ports);
    }

    void destroy() {
        for (String port : ports) {
            ss(proxy, "-KtnH", "dport", "=", ":" + destinationPort, "sport", "=", port);
        }
    }

    private static String ss(Namespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ss"));
        command.addAll(List.of(arguments));
        try (LeashedProcess process = LeashedProcess.start(namespace, "ss", DEADLINE, line -> {}, command)) {
            return process.awaitOutput(DEADLINE);
        }
    }
}

package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The server at the far end: the C program {@code origin}, one process or several that share a port. It ends each connection as the
 * request asks. Any thread.
 */
public final class Origin implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);

    private final List<LeashedProcess> processes = new ArrayList<>();

    private Origin() {}

    /**
     * Starts the server and waits until it listens.
     *
     * @throws LabException if it cannot listen there
     */
    public static Origin start(Namespace namespace, InetSocketAddress address) {
        return start(namespace, address, 1);
    }

    /**
     * Starts a server of several processes and waits until all listen.
     *
     * @param processes between which the kernel deals the connections out
     */
    public static Origin start(Namespace namespace, InetSocketAddress address, int processes) {
        Origin origin = new Origin();
        try {
            for (int i = 0; i < processes; i++) {
                origin.add(namespace, address);
            }
            return origin;
        } catch (RuntimeException e) {
            origin.close();
            throw e;
        }
    }

    /**
     * Starts a server at many places and waits until it listens at all of them.
     *
     * @param first address and port; the others follow by number
     * @param addresses how many
     * @param ports how many on each
     */
    public static Origin startMany(Namespace namespace, InetSocketAddress first, int addresses, int ports) {
        Origin origin = new Origin();
        try {
            origin.add(
                    namespace,
                    first,
                    "--address-count",
                    Integer.toString(addresses),
                    "--port-count",
                    Integer.toString(ports));
            return origin;
        } catch (RuntimeException e) {
            origin.close();
            throw e;
        }
    }

    /** Ends the server and returns what it counted. */
    public OriginReport stop() {
        return processes.stream()
                .map(process -> OriginReport.parse(process.stop()))
                .reduce(OriginReport::plus)
                .orElseThrow();
    }

    /** The first process. */
    ProcessHandle program() {
        return processes.getFirst().programs().getFirst();
    }

    @Override
    public void close() {
        processes.forEach(LeashedProcess::close);
    }

    private void add(Namespace namespace, InetSocketAddress address, String... further) {
        List<String> command = new ArrayList<>(List.of(
                Programs.path("origin").toString(),
                "--listen",
                LoadPlan.endpoint(address),
                "--close",
                "by-request",
                "--seconds",
                Long.toString(LIFETIME.toSeconds())));
        command.addAll(List.of(further));
        LeashedProcess process = LeashedProcess.start(namespace, "origin", LIFETIME, line -> {}, command);
        processes.add(process);
        process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
    }
}

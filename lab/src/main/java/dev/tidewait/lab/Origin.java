package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** The server at the far end: the C program {@code origin}. It ends each connection as the request asks. Any thread. */
public final class Origin implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);

    private final LeashedProcess process;

    private Origin(LeashedProcess process) {
        this.process = process;
    }

    /**
     * Starts the server and waits until it listens.
     *
     * @throws LabException if it cannot listen there
     */
    public static Origin start(Namespace namespace, InetSocketAddress address) {
        LeashedProcess process = LeashedProcess.start(
                namespace,
                "origin",
                LIFETIME,
                line -> {},
                List.of(
                        Programs.path("origin").toString(),
                        "--listen",
                        LoadPlan.endpoint(address),
                        "--close",
                        "by-request",
                        "--seconds",
                        Long.toString(LIFETIME.toSeconds())));
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
        } catch (LabException e) {
            process.close();
            throw e;
        }
        return new Origin(process);
    }

    /** Ends the server and returns what it counted. */
    public OriginReport stop() {
        return OriginReport.parse(process.stop());
    }

    /** The program itself. */
    ProcessHandle program() {
        return process.programs().getFirst();
    }

    @Override
    public void close() {
        process.close();
    }
}

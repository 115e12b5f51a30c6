package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** As many bytes as go through: the C program {@code bulk}, at either end. Any thread; close it once. */
public final class Bulk implements AutoCloseable {
    private static final String SECOND = "{\"second\"";
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);

    private final LeashedProcess process;

    private Bulk(LeashedProcess process) {
        this.process = process;
    }

    /**
     * How it stood at the end of one second. Immutable.
     *
     * @param second from 1
     * @param bytes that came so far
     */
    public record Second(long second, long bytes) {}

    /**
     * What the clients saw. Immutable.
     *
     * @param bytes that came
     * @param ended connections that ended although nobody had closed them here
     */
    public record Report(long bytes, long ended) {}

    /** Starts a server that sends without end, and waits until it listens. */
    public static Bulk serve(Namespace namespace, InetSocketAddress address) {
        return start(namespace, List.of("--listen", LoadPlan.endpoint(address)), LIFETIME, second -> {});
    }

    /**
     * Starts clients that read without end, and waits until all have asked.
     *
     * @param onSecond told how it goes once a second, by a thread of its own
     */
    public static Bulk ask(
            Namespace namespace,
            InetSocketAddress target,
            int connections,
            Duration duration,
            Consumer<Second> onSecond) {
        return start(
                namespace,
                List.of(
                        "--target",
                        LoadPlan.endpoint(target),
                        "--connections",
                        Integer.toString(connections),
                        "--seconds",
                        Long.toString(duration.toSeconds())),
                duration.plus(READY_DEADLINE),
                onSecond);
    }

    private static Bulk start(
            Namespace namespace, List<String> arguments, Duration lifetime, Consumer<Second> onSecond) {
        List<String> command = new ArrayList<>(List.of(Programs.path("bulk").toString()));
        command.addAll(arguments);
        LeashedProcess process = LeashedProcess.start(
                namespace,
                "bulk",
                lifetime,
                line -> {
                    if (line.startsWith(SECOND)) {
                        JsonObject second = JsonObject.parse(line);
                        onSecond.accept(new Second(second.number("second"), second.number("bytes")));
                    }
                },
                command);
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return new Bulk(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /**
     * Waits for the end of the clients.
     *
     * @throws LabException if they fail, or do not end in time
     */
    public Report await(Duration deadline) {
        JsonObject report = JsonObject.parse(process.awaitOutput(deadline));
        return new Report(report.number("bytes"), report.number("ended"));
    }

    @Override
    public void close() {
        process.close();
    }
}

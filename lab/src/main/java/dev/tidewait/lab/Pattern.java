package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One end of connections whose every byte is checked at both ends: the C program {@code pattern}. Any thread; close it once. */
public final class Pattern implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    /** A machine may be that busy; under {@code tidewait run} a JVM starts first. */
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);

    private final LeashedProcess process;

    private Pattern(LeashedProcess process) {
        this.process = process;
    }

    /** Starts a server and waits until it listens. */
    public static Pattern serve(Namespace namespace, InetSocketAddress address) {
        return start(namespace, "pattern server", List.of("--listen", LoadPlan.endpoint(address)), command -> command);
    }

    /** Starts the clients. */
    public static Pattern connect(Namespace namespace, PatternPlan plan) {
        return start(namespace, "pattern clients", plan.arguments(), command -> command);
    }

    /**
     * Starts the clients under {@code tidewait run}.
     *
     * @param run turns the command into that of {@code tidewait run}
     */
    public static Pattern connectUnderRun(Namespace namespace, PatternPlan plan, UnaryOperator<List<String>> run) {
        return start(namespace, "tidewait run with pattern clients", plan.arguments(), run);
    }

    private static Pattern start(
            Namespace namespace, String name, List<String> arguments, UnaryOperator<List<String>> launcher) {
        List<String> command = new ArrayList<>(List.of(Programs.path("pattern").toString()));
        command.addAll(arguments);
        LeashedProcess process = LeashedProcess.start(namespace, name, LIFETIME, line -> {}, launcher.apply(command));
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return new Pattern(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Waits until the clients are through. */
    public PatternReport await(Duration deadline) {
        return PatternReport.parse(process.awaitOutput(deadline));
    }

    /** Ends the server and returns what it counted. */
    public PatternReport stop() {
        return PatternReport.parse(process.stop());
    }

    @Override
    public void close() {
        process.close();
    }
}

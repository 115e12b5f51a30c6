package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The clients: the C program {@code load} in a namespace of its own. Any thread. */
public final class Load implements AutoCloseable {
    private static final String SECOND = "{\"second\"";

    private final LeashedProcess process;
    private final LoadPlan plan;

    private Load(LeashedProcess process, LoadPlan plan) {
        this.process = process;
        this.plan = plan;
    }

    /**
     * Starts the clients; they end by themselves.
     *
     * @param namespace where they live; its tcp_max_tw_buckets should be 0 (see load.c)
     * @param onSecond told how it goes once a second, on a thread of its own
     */
    public static Load start(Namespace namespace, LoadPlan plan, Consumer<LoadSecond> onSecond) {
        List<String> command = new ArrayList<>(List.of(Programs.path("load").toString()));
        command.addAll(plan.arguments());
        return new Load(
                LeashedProcess.start(
                        namespace,
                        "load",
                        plan.longest(),
                        line -> {
                            if (line.startsWith(SECOND)) {
                                onSecond.accept(LoadSecond.of(JsonObject.parse(line)));
                            }
                        },
                        command),
                plan);
    }

    /**
     * Waits for the end of the run.
     *
     * @throws LabException if the program failed or did not end in time
     */
    public LoadReport await() {
        return LoadReport.parse(process.awaitOutput(plan.longest().plus(Duration.ofSeconds(5))));
    }

    /** Starts no more transactions; those that are open end, or fail at their deadline. */
    public LoadReport stop() {
        process.programs().forEach(ProcessHandle::destroy);
        return LoadReport.parse(
                process.awaitOutput(plan.deadline().plus(plan.hold()).plusSeconds(5)));
    }

    @Override
    public void close() {
        process.close();
    }
}

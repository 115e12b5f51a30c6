package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The clients: the C program {@code load} or {@code http_load}, one process or several, in a namespace of their own. Any thread. */
public final class Load implements AutoCloseable {
    private static final String SECOND = "{\"second\"";

    private final LoadPlan plan;
    private final Consumer<LoadSecond> onSecond;
    private final List<LeashedProcess> processes = new ArrayList<>();
    private final Map<Long, List<LoadSecond>> incompleteSeconds = new HashMap<>(); // guarded by itself

    private Load(LoadPlan plan, Consumer<LoadSecond> onSecond) {
        this.plan = plan;
        this.onSecond = onSecond;
    }

    /**
     * Starts the clients; they end by themselves.
     *
     * @param namespace where they live; its tcp_max_tw_buckets should be 0 (see load.c)
     * @param onSecond told how it goes once a second, by a thread at a time
     */
    public static Load start(Namespace namespace, LoadPlan plan, Consumer<LoadSecond> onSecond) {
        Load load = new Load(plan, onSecond);
        for (LoadPlan part : plan.split()) {
            List<String> command =
                    new ArrayList<>(List.of(Programs.path(part.program()).toString()));
            command.addAll(part.arguments());
            load.processes.add(LeashedProcess.start(namespace, part.program(), part.longest(), load::onLine, command));
        }
        return load;
    }

    /**
     * Waits for the end of the run.
     *
     * @throws LabException if a process failed or did not end in time
     */
    public LoadReport await() {
        return reports(plan.longest().plusSeconds(5));
    }

    /** Starts no more transactions; those that are open end, or fail at their deadline. */
    public LoadReport stop() {
        processes.forEach(process -> process.programs().forEach(ProcessHandle::destroy));
        return reports(plan.deadline().plus(plan.hold()).plusSeconds(5));
    }

    @Override
    public void close() {
        processes.forEach(LeashedProcess::close);
    }

    private LoadReport reports(Duration deadline) {
        return processes.stream()
                .map(process -> LoadReport.parse(process.awaitOutput(deadline)))
                .reduce(LoadReport::plus)
                .orElseThrow();
    }

    /** A second is told when every process has told it. */
    private void onLine(String line) {
        if (!line.startsWith(SECOND)) {
            return;
        }
        LoadSecond second = LoadSecond.of(JsonObject.parse(line));
        synchronized (incompleteSeconds) {
            List<LoadSecond> parts = incompleteSeconds.computeIfAbsent(second.second(), any -> new ArrayList<>());
            parts.add(second);
            if (parts.size() == plan.processes()) {
                incompleteSeconds.remove(second.second());
                parts.stream().reduce(LoadSecond::plus).ifPresent(onSecond);
            }
        }
    }
}

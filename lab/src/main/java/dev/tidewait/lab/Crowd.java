package dev.tidewait.lab;

import dev.tidewait.lab.crowd.CrowdClients;
import dev.tidewait.lab.crowd.CrowdServer;
import dev.tidewait.lab.crowd.Habit;
import dev.tidewait.lab.crowd.Passage;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The programs of package {@code crowd} in their namespaces. Used by one thread; close it once. */
final class Crowd implements AutoCloseable {
    private static final int SERVER_PORT = 9_000;
    /** The first client addresses are those of the measured load. */
    static final int MEASURED_ADDRESSES = 32;

    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(60);

    private final Topology topology;
    private LeashedProcess server;
    private final List<Group> groups = new ArrayList<>();

    private record Group(Habit habit, LeashedProcess process) {}

    /**
     * What became of the members of one habit. Immutable.
     *
     * @param members who came
     * @param lost whose connection ended although they had not left
     * @param bytes that they read or wrote
     * @param mostBytes of one of them
     */
    record Report(Habit habit, long members, long lost, long bytes, long mostBytes) {}

    private Crowd(Topology topology) {
        this.topology = topology;
        this.server = startServer(topology);
    }

    /** Starts their server; nobody has come yet. */
    static Crowd start(Topology topology) {
        return new Crowd(topology);
    }

    private static LeashedProcess startServer(Topology topology) {
        LeashedProcess started = LeashedProcess.start(
                topology.server(),
                "crowd server",
                LIFETIME,
                line -> {},
                java(
                        CrowdServer.class,
                        topology.origin().getAddress().getHostAddress(),
                        Integer.toString(SERVER_PORT)));
        try {
            started.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    static int serverPort() {
        return SERVER_PORT;
    }

    /** Lets members come, and waits until all are there. */
    void come(Habit habit, Passage passage, int count) {
        LeashedProcess process = LeashedProcess.start(
                topology.client(),
                habit + "s",
                LIFETIME,
                line -> {},
                java(
                        CrowdClients.class,
                        "--habit",
                        habit.name(),
                        "--passage",
                        passage.name(),
                        "--quick",
                        LoadPlan.endpoint(topology.origin()),
                        "--count",
                        Integer.toString(count),
                        "--proxy-host",
                        topology.proxyListener().getAddress().getHostAddress(),
                        "--proxy-port",
                        Integer.toString(topology.proxyListener().getPort()),
                        "--target",
                        LoadPlan.endpoint(
                                new InetSocketAddress(topology.origin().getAddress(), SERVER_PORT)),
                        "--first-client",
                        topology.clients(1).first().getHostAddress(),
                        "--skip",
                        Integer.toString(MEASURED_ADDRESSES)));
        groups.add(new Group(habit, process));
        process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
    }

    /**
     * Everybody goes, and the server with them: of a client that it does not read from (its server takes nothing) the proxy hears nothing,
     * not even a reset, so that such a tunnel ends with its server or by {@code timeouts.idle}.
     */
    List<Report> leave() {
        List<Report> reports = new ArrayList<>();
        for (Group group : groups) {
            JsonObject report = JsonObject.parse(group.process().stop());
            reports.add(new Report(
                    group.habit(),
                    report.number("members"),
                    report.number("lost"),
                    report.number("bytes"),
                    report.number("most_bytes")));
        }
        groups.clear();
        server.close();
        server = startServer(topology);
        return reports;
    }

    @Override
    public void close() {
        groups.forEach(group -> group.process().close());
        server.close();
    }

    private static List<String> java(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                // Real ones compute on machines of their own: here they wait for whatever else wants the processor
                // (sched(7)).
                "chrt",
                "--idle",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                // It shall not compile what it does for seconds while others are measured.
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}

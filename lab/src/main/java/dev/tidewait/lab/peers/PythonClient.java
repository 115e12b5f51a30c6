package dev.tidewait.lab.peers;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Topology;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** A small client in Python that connects for itself. No state. */
final class PythonClient {
    private static final String SCRIPT = "client.py";
    private static final Duration LAST_WORDS = Duration.ofSeconds(60);

    private PythonClient() {}

    /**
     * What it told. Immutable.
     *
     * @param seconds it took
     * @param failures by cause, as text
     */
    record Report(long done, long failed, double seconds, String failures) {}

    /**
     * Runs it in the proxy's namespace until it ends.
     *
     * @param launcher turns the command into the one that is run
     */
    static Report run(Topology topology, double perSecond, Duration duration, UnaryOperator<List<String>> launcher) {
        try {
            Path script = Files.createTempFile("tidewait-lab-", ".py");
            try {
                unpack(script);
                List<String> command = launcher.apply(List.of(
                        "python3",
                        script.toString(),
                        topology.origin().getAddress().getHostAddress(),
                        Integer.toString(topology.origin().getPort()),
                        String.format(Locale.ROOT, "%.3f", perSecond),
                        Long.toString(duration.toSeconds())));
                Duration longest = duration.plus(LAST_WORDS);
                try (LeashedProcess process =
                        LeashedProcess.start(topology.proxy(), "python client", longest, line -> {}, command)) {
                    return parse(process.awaitOutput(longest));
                }
            } finally {
                Files.delete(script);
            }
        } catch (IOException e) {
            throw new LabException("cannot write the Python client: " + e.getMessage(), e);
        }
    }

    private static void unpack(Path script) throws IOException {
        try (InputStream bytes = PythonClient.class.getResourceAsStream(SCRIPT)) {
            if (bytes == null) {
                throw new IOException(SCRIPT + " is not among the classes");
            }
            Files.write(script, bytes.readAllBytes());
        }
    }

    private static Report parse(String json) {
        JsonObject report = JsonObject.parse(json);
        JsonObject failures = report.object("failures");
        StringBuilder causes = new StringBuilder();
        failures.names()
                .forEach(cause -> causes.append(cause)
                        .append('=')
                        .append(failures.number(cause))
                        .append(' '));
        return new Report(
                report.number("done"),
                report.number("failed"),
                report.decimal("seconds"),
                causes.toString().strip());
    }
}

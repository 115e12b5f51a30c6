package dev.tidewait.lab;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The client of module {@code examples}, run with nothing but {@code netty} and what it needs on its class path. No state. */
final class ExampleProgram {
    private static final String MAIN = "dev.tidewait.examples.SustainedClient";
    private static final int FIRST_PORT = 20_000;

    /** Folders of classes in a build, jars everywhere else. */
    private static final Pattern NEEDED = Pattern.compile(".*/(examples|netty|ports|linux)/target/classes"
            + "|.*/tidewait-(examples|netty|ports|linux)-[^/]*\\.jar"
            + "|.*/netty-(common|buffer|resolver|transport)-[^/]*\\.jar"
            + "|.*/slf4j-api-[^/]*\\.jar");

    private ExampleProgram() {}

    /**
     * What it printed. Immutable.
     *
     * @param served connections that were answered and closed in order
     * @param failed others
     */
    record Report(long served, long failed) {}

    /**
     * Runs it to its end.
     *
     * @param ports how many it may use; empty = all that it finds
     */
    static Report run(
            Namespace namespace, InetSocketAddress server, int inFlight, Duration duration, OptionalInt ports) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                String.join(File.pathSeparator, classPath()),
                MAIN,
                server.getAddress().getHostAddress(),
                Integer.toString(server.getPort()),
                Integer.toString(inFlight),
                Long.toString(duration.toSeconds())));
        ports.ifPresent(count ->
                command.addAll(List.of(Integer.toString(FIRST_PORT), Integer.toString(FIRST_PORT + count - 1))));
        Duration lifetime = duration.plusSeconds(40);
        try (LeashedProcess client = LeashedProcess.start(namespace, "example", lifetime, line -> {}, command)) {
            JsonObject report = JsonObject.parse(client.awaitOutput(lifetime));
            return new Report(report.number("served"), report.number("failed"));
        }
    }

    static List<String> classPath() {
        List<String> needed = everything().stream()
                .filter(entry -> NEEDED.matcher(entry).matches())
                .toList();
        if (needed.isEmpty()) {
            throw new LabException("the example and module netty are not on the class path of the lab");
        }
        return needed;
    }

    /** The lab's own class path; where it was started as one jar, that jar's folder. */
    private static List<String> everything() {
        List<String> own = List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
        Path only = Path.of(own.getFirst()).toAbsolutePath();
        if (own.size() > 1) {
            return own;
        }
        try (Stream<Path> jars = Files.list(only.getParent())) {
            return jars.map(Path::toString).toList();
        } catch (IOException e) {
            throw new LabException("cannot list the lab's jars beside " + only + ": " + e.getMessage(), e);
        }
    }
}

package dev.tidewait.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The product itself, {@code tidewait proxy}, in a namespace: started, asked and stopped as a user would. Any thread. */
public final class ProxyUnderTest implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(30);
    private static final int HTTP_MILLIS = 10_000;
    private static final int ERRORS_FROM = 400;
    private static final String MAIN = "dev.tidewait.app.TidewaitMain";

    private final Namespace namespace;
    private final LeashedProcess process;
    private final Path configuration;
    private final Path trace;

    private ProxyUnderTest(Namespace namespace, LeashedProcess process, Path configuration, Path trace) {
        this.namespace = namespace;
        this.process = process;
        this.configuration = configuration;
        this.trace = trace;
    }

    /**
     * What to run. Immutable.
     *
     * @param bind where clients connect
     * @param origin the only upstream server; empty = an HTTP proxy for everybody
     * @param sources addresses to connect from
     * @param settings further lines of the configuration, top level
     */
    public record Plan(
            InetSocketAddress bind,
            Optional<InetSocketAddress> origin,
            List<InetAddress> sources,
            List<String> settings) {
        public Plan {
            sources = List.copyOf(sources);
            settings = List.copyOf(settings);
        }

        String yaml(String ports) {
            List<String> lines = new ArrayList<>(List.of("listeners:"));
            String at = "bind: \"" + LoadPlan.endpoint(bind) + '"';
            if (origin.isPresent()) {
                lines.add("  - { name: lab, type: tcp, " + at + ", upstream: origin }");
                lines.add("upstreams:");
                lines.add("  origin: { servers: [\"" + LoadPlan.endpoint(origin.get()) + "\"] }");
            } else {
                lines.add("  - { name: lab, type: http-proxy, " + at + " }");
                lines.add("access: { allow: [0.0.0.0/0, \"::/0\"] }");
            }
            lines.add("sources:");
            lines.add("  addresses: ["
                    + sources.stream()
                            .map(address -> '"' + address.getHostAddress() + '"')
                            .collect(Collectors.joining(", "))
                    + "]");
            lines.add("  ports: " + ports);
            lines.add("admin: { bind: 127.0.0.1:8404 }");
            lines.addAll(settings);
            return String.join("\n", lines) + "\n";
        }
    }

    /**
     * Starts it and waits until it serves.
     *
     * @param ports as the configuration takes them: auto or "1024-2023"
     */
    public static ProxyUnderTest start(Namespace namespace, Plan plan, String ports) {
        return start(namespace, plan.yaml(ports), Manner.SMALL);
    }

    /**
     * How it is run. Immutable.
     *
     * @param launcher turns the command into the one that is run, for example as another user
     * @param jvmFlags of its Java
     * @param traced whether it writes down every lease
     */
    public record Manner(UnaryOperator<List<String>> launcher, List<String> jvmFlags, boolean traced) {
        /** A small heap and no collector threads, because several run side by side; every lease is written down. */
        public static final Manner SMALL = new Manner(
                UnaryOperator.identity(), List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx1g"), true);

        /** With the flags that the product's launcher gives it (jvm.flags), and no trace. */
        public static final Manner AS_DELIVERED = new Manner(
                UnaryOperator.identity(), List.of("-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders"), false);

        Manner with(UnaryOperator<List<String>> newLauncher) {
            return new Manner(newLauncher, jvmFlags, traced);
        }
    }

    /**
     * Starts it with a whole configuration and waits until it serves.
     *
     * @param launcher turns the command into the one that is run, for example as another user
     */
    public static ProxyUnderTest start(Namespace namespace, String yaml, UnaryOperator<List<String>> launcher) {
        return start(namespace, yaml, Manner.SMALL.with(launcher));
    }

    /** Starts it with a whole configuration and waits until it serves. */
    public static ProxyUnderTest start(Namespace namespace, String yaml, Manner manner) {
        ProxyUnderTest started = launch(namespace, yaml, manner);
        try {
            started.awaitReady();
        } catch (LabException e) {
            started.close();
            throw e;
        }
        return started;
    }

    /** Starts what is expected to end at once, and waits for its end. */
    public static Refused startRefused(Namespace namespace, String yaml) {
        try (ProxyUnderTest started = launch(namespace, yaml, Manner.SMALL)) {
            int exitCode = started.process.awaitExit(READY_DEADLINE);
            return new Refused(exitCode, started.log());
        }
    }

    /**
     * A start that failed. Immutable.
     *
     * @param exitCode of the program
     * @param log last lines of its standard error
     */
    public record Refused(int exitCode, String log) {}

    private static ProxyUnderTest launch(Namespace namespace, String yaml, Manner manner) {
        try {
            Path configuration = fileForAll(".yaml", "rw-r--r--");
            Files.writeString(configuration, yaml);
            Path trace = fileForAll(".leases", "rw-rw-rw-");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED"));
            command.addAll(manner.jvmFlags());
            command.addAll(List.of(
                    "-cp", System.getProperty("java.class.path"), MAIN, "proxy", "-c", configuration.toString()));
            if (manner.traced()) {
                command.addAll(List.of("--trace-leases", trace.toString()));
            }
            LeashedProcess process = LeashedProcess.start(
                    namespace,
                    "tidewait proxy",
                    LIFETIME,
                    line -> {},
                    manner.launcher().apply(command));
            return new ProxyUnderTest(namespace, process, configuration, trace);
        } catch (IOException e) {
            throw new LabException("cannot write the proxy's configuration: " + e.getMessage(), e);
        }
    }

    /** The program may run as another user. */
    private static Path fileForAll(String suffix, String permissions) throws IOException {
        Path file = Files.createTempFile("tidewait-lab-", suffix);
        file.toFile().deleteOnExit();
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void awaitReady() {
        process.awaitStderr(line -> line.startsWith("ready after"), READY_DEADLINE);
    }

    /** GET of the admin endpoint. */
    public String admin(String path) {
        return namespace.call(() -> {
            try (var body = adminConnection(path).getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    /**
     * What the admin endpoint said to a POST. Immutable.
     *
     * @param status of HTTP
     */
    public record Answer(int status, String body) {}

    /** POST to the admin endpoint, sent once. */
    public Answer post(String path) {
        return namespace.call(() -> {
            HttpURLConnection connection = adminConnection(path);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(0); // what is streamed is never sent again by itself
            connection.getOutputStream().close();
            int status = connection.getResponseCode();
            try (InputStream body = status < ERRORS_FROM ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        });
    }

    private static HttpURLConnection adminConnection(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:8404" + path).toURL().openConnection();
        connection.setConnectTimeout(HTTP_MILLIS);
        connection.setReadTimeout(HTTP_MILLIS);
        // Kept alive it would be used again for the same address in another namespace: another proxy would answer.
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    /** Writes its configuration file anew; it applies from the next reload on. */
    public void configure(String yaml) {
        try {
            Files.writeString(configuration, yaml);
        } catch (IOException e) {
            throw new LabException("cannot write the proxy's configuration: " + e.getMessage(), e);
        }
    }

    /** SIGHUP: it reads its configuration again. */
    public void hangUp() {
        try {
            // The shell's own kill: the program of that name is not on every host.
            Process kill =
                    new ProcessBuilder("bash", "-c", "kill -HUP " + program().pid()).start();
            if (!kill.waitFor(READY_DEADLINE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new LabException("cannot send SIGHUP to the proxy: " + log());
            }
        } catch (IOException e) {
            throw new LabException("cannot run bash: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while sending SIGHUP", e);
        }
    }

    /** What its ledgers say now. */
    public LedgerReport ledger() {
        return LedgerReport.parse(admin("/ports"));
    }

    /** Lease time and age of every reuse, after {@link #stop()}. */
    public void forEachLease(LeaseRecords.Visitor visitor) {
        LeaseRecords.forEach(trace, visitor);
    }

    /** The program itself, below its leash. */
    public ProcessHandle program() {
        return process.programs().getFirst();
    }

    /** SIGKILL: it can put nothing in order. */
    public void kill() {
        program().destroyForcibly();
        process.awaitExit(READY_DEADLINE);
    }

    /** Waits for a line of its log. */
    public void awaitLog(Predicate<String> line, Duration deadline) {
        process.awaitStderr(line, deadline);
    }

    /** Last lines of its log. */
    public String log() {
        return process.tail();
    }

    /** SIGTERM, and waits for the graceful end. */
    public void stop() {
        process.stop();
    }

    @Override
    public void close() {
        process.close();
        for (Path file : List.of(configuration, trace)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new LabException("cannot remove " + file + ": " + e.getMessage(), e);
            }
        }
    }
}

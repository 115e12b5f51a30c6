package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A real client program in a namespace, ended by force at its deadline. Used by one thread. */
final class ClientProgram implements AutoCloseable {
    private static final Set<String> KEPT = Set.of("PATH", "HOME", "TMPDIR");

    private final List<String> command;
    private final Process process;
    private final Path errors;

    private ClientProgram(List<String> command, Process process, Path errors) {
        this.command = command;
        this.process = process;
        this.errors = errors;
    }

    static ClientProgram start(Namespace namespace, Duration deadline, List<String> command) throws IOException {
        Path errors = Files.createTempFile("tidewait-lab-", ".errors");
        errors.toFile().deleteOnExit();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        // What the machine sets for its own programs (proxies, certificates, git's settings) is not for this one.
        builder.environment().keySet().removeIf(name -> !KEPT.contains(name));
        builder.environment().put("LC_ALL", "C");
        Process process = namespace.start(builder);
        CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
        return new ClientProgram(command, process, errors);
    }

    /** Runs it to its end and returns what it wrote to standard output; it must succeed. */
    static String run(Namespace namespace, Duration deadline, String... command) throws Exception {
        try (ClientProgram program = start(namespace, deadline, List.of(command))) {
            program.stdin().close();
            String output = new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8);
            program.awaitSuccess();
            return output;
        }
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    /** What it wrote to standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    InputStream stdout() {
        return process.getInputStream();
    }

    void awaitSuccess() throws Exception {
        assertThat(process.waitFor())
                .as("%s: %s", command, Files.readString(errors))
                .isZero();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(errors);
    }
}

package dev.tidewait.lab.study;

import dev.tidewait.lab.Namespace;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A running tcpdump that writes a file. Used by one thread; close it once. */
final class Tcpdump implements AutoCloseable {
    private final Process process;
    private final Path file;

    private Tcpdump(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    /** Starts it in a host of the fixture, and returns when it captures. */
    static Tcpdump start(Host host, Path file, String... options) throws IOException {
        return start(command -> Tool.startIn(host, command), file, options);
    }

    /** The same in a namespace of the lab. */
    static Tcpdump start(Namespace namespace, Path file, String... options) throws IOException {
        return start(command -> Tool.startIn(namespace, command), file, options);
    }

    private static Tcpdump start(Function<String[], Process> starter, Path file, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("tcpdump", "-U", "--immediate-mode", "-B", "8192", "-Z", "root"));
        command.addAll(List.of(options));
        command.addAll(List.of("-w", file.toString()));
        Process process = starter.apply(command.toArray(new String[0]));
        BufferedReader errors =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        String line = errors.readLine();
        while (line != null && !line.contains("listening on")) {
            line = errors.readLine();
        }
        if (line == null) {
            throw new AssertionError(command + " did not start");
        }
        return new Tcpdump(process, file);
    }

    /** Ends it when something of which the bytes are known is in the file, and so all before that. */
    Path stopAfter(byte[] bytes) throws InterruptedException {
        Await.until(() -> holds(bytes), found -> found);
        process.destroy(); // SIGTERM: it flushes and ends
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("tcpdump does not end");
        }
        return file;
    }

    private boolean holds(byte[] bytes) {
        try {
            String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return content.contains(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidewait.linux.ProcessStat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A command of Tidewait as a process, with its two streams apart, in the calling thread's network namespace. Used by one thread. */
final class CommandProcess implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 60;

    private final Process process;
    private final Lines out;
    private final Lines err;

    private CommandProcess(Process process) {
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    /** Lines of one stream, as they come. */
    static final class Lines {
        private final LinkedBlockingQueue<String> coming = new LinkedBlockingQueue<>();
        private final List<String> seen = new ArrayList<>();
        private final Thread reader;

        Lines(InputStream from) {
            reader = Thread.ofPlatform().daemon().name("lines").start(() -> {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, UTF_8))) {
                    lines.lines().forEach(coming::add);
                } catch (IOException | java.io.UncheckedIOException e) {
                    coming.add("(cannot be read any more: " + e + ")");
                }
            });
        }

        String await(Predicate<String> wanted) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            while (true) {
                String line = coming.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new AssertionError("the line did not come; there were: " + seen);
                }
                seen.add(line);
                if (wanted.test(line)) {
                    return line;
                }
            }
        }

        /** What was waited for, and what came before it. */
        String seen() {
            return String.join("\n", seen);
        }

        /** Everything up to the stream's end. */
        String all() throws InterruptedException {
            reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            coming.drainTo(seen);
            return String.join("\n", seen);
        }
    }

    /** The command line of a JVM that runs this program. */
    static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts {@code tidewait} without a hook. */
    static CommandProcess withoutHook(String... arguments) throws IOException {
        return start(new ProcessBuilder(java(WithoutHook.class, arguments)));
    }

    /** Starts {@code tidewait} as it is. */
    static CommandProcess tidewait(String... arguments) throws IOException {
        return start(new ProcessBuilder(java(TidewaitMain.class, arguments)));
    }

    static CommandProcess start(ProcessBuilder builder) throws IOException {
        return new CommandProcess(builder.start());
    }

    long processId() {
        return process.pid();
    }

    Lines out() {
        return out;
    }

    Lines err() {
        return err;
    }

    void signal(String name) throws IOException, InterruptedException {
        kill(name, Long.toString(process.pid()));
    }

    /** To its process group, as a terminal does. */
    void signalGroup(String name) throws IOException, InterruptedException {
        kill(name, "-" + ProcessStat.of(process.pid()).orElseThrow().groupId());
    }

    static void kill(String name, String whom) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, "--", whom).inheritIO().start();
        if (!kill.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new AssertionError("cannot signal " + whom);
        }
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end; stderr: " + err.seen + err.coming);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

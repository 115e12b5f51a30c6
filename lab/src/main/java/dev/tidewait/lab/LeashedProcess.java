package dev.tidewait.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A long-running program inside a namespace. It ends by {@link #close()}, by its own deadline, or when this process is gone for
 * whatever reason: the C program {@code leash} stands between, with our end of its standard input as the leash. Any thread.
 *
 * <p>Standard output is kept whole up to a bound; of standard error the last lines are kept, and each is shown to a listener as it
 * comes.
 */
public final class LeashedProcess implements AutoCloseable {
    private static final int STDOUT_LIMIT_BYTES = 64 << 20;
    private static final int STDERR_LINES = 200;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final Thread stdoutReader;
    private final Thread stderrReader;
    private final Deque<String> stderrTail = new ArrayDeque<>(); // guarded by this
    private byte[] stdout = new byte[0]; // guarded by this

    private LeashedProcess(String name, Process process, Consumer<String> onStderrLine) {
        this.name = name;
        this.process = process;
        this.stdoutReader = Thread.ofPlatform().daemon().name(name + "-stdout").start(this::readStdout);
        this.stderrReader = Thread.ofPlatform().daemon().name(name + "-stderr").start(() -> readStderr(onStderrLine));
    }

    /**
     * Starts a program.
     *
     * @param name for messages
     * @param lifetime after which it is stopped whatever it does
     * @param onStderrLine gets each line of standard error, on a thread of its own
     */
    public static LeashedProcess start(
            Namespace namespace, String name, Duration lifetime, Consumer<String> onStderrLine, List<String> command) {
        List<String> leashed = new ArrayList<>(List.of(
                Programs.path("leash").toString(),
                "--seconds",
                Long.toString(Math.max(1, lifetime.toSeconds())),
                "--grace-millis",
                Long.toString(GRACE.toMillis()),
                "--"));
        leashed.addAll(command);
        return new LeashedProcess(name, namespace.start(new ProcessBuilder(leashed)), onStderrLine);
    }

    /**
     * Waits for a line on standard error.
     *
     * @throws LabException if the program ends before, or the line does not come in time
     */
    public synchronized void awaitStderr(Predicate<String> line, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            boolean ended = !stderrReader.isAlive(); // asked first: what it said before is in the tail then
            if (stderrTail.stream().anyMatch(line)) {
                return;
            }
            long left = end - System.nanoTime();
            if (ended) {
                throw new LabException(name + " ended before it was ready: " + tail());
            }
            if (left <= 0) {
                throw new LabException(name + " was not ready within " + deadline + ": " + tail());
            }
            waitFor(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
    }

    /**
     * Waits for the program to end by itself.
     *
     * @return what it wrote to standard output
     * @throws LabException if it does not end in time, or its exit code is not 0
     */
    public String awaitOutput(Duration deadline) {
        int exitCode = awaitExit(deadline);
        if (exitCode != 0) {
            throw new LabException(name + " ended with exit code " + exitCode + ": " + tail());
        }
        synchronized (this) {
            return new String(stdout, StandardCharsets.UTF_8);
        }
    }

    /**
     * Waits for the program to end by itself, and for the last of its words.
     *
     * @return its exit code; 128 + signal if that ended it
     * @throws LabException if it does not end in time
     */
    public int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new LabException(name + " did not end within " + deadline + ": " + tail());
            }
            stdoutReader.join(GRACE);
            stderrReader.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name, e);
        }
        return process.exitValue();
    }

    /** Asks the program to stop (SIGTERM, by letting go of the leash) and waits for what it has to say. */
    public String stop() {
        try {
            process.getOutputStream().close(); // not destroy(): that would close the pipes that we still read
        } catch (IOException e) {
            throw new LabException("cannot let go of the leash of " + name, e);
        }
        return awaitOutput(GRACE.multipliedBy(2));
    }

    /** The program itself, below its leash; empty when it has ended. */
    public List<ProcessHandle> programs() {
        return process.children().toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Last lines of standard error. */
    public synchronized String tail() {
        return String.join("\n", stderrTail);
    }

    /** Ends the program if it still runs, and waits for its end. */
    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis() + 1000, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readStdout() {
        try (var stream = process.getInputStream()) {
            byte[] bytes = stream.readNBytes(STDOUT_LIMIT_BYTES);
            synchronized (this) {
                stdout = bytes;
            }
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            noteStderr("(standard output could not be read: " + e.getMessage() + ")");
        }
    }

    private void readStderr(Consumer<String> onLine) {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                noteStderr(line);
                onLine.accept(line);
            }
        } catch (IOException e) {
            noteStderr("(standard error could not be read: " + e.getMessage() + ")");
        }
    }

    private synchronized void noteStderr(String line) {
        if (stderrTail.size() == STDERR_LINES) {
            stderrTail.removeFirst();
        }
        stderrTail.addLast(line);
        notifyAll();
    }

    private void waitFor(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanos, 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name, e);
        }
    }
}

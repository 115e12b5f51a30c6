package dev.tidewait.linux;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A thread in a network namespace of its own, which ends with it. */
final class NamespaceThread implements AutoCloseable {
    private static final int LIMIT_SECONDS = 60;

    private final ExecutorService executor;

    private NamespaceThread(String name) {
        executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Starts it; skips the test, saying why, without the right to make namespaces. */
    static NamespaceThread start(String name) {
        if (!Capabilities.ofThisThread().has(Capability.SYS_ADMIN)) {
            String reason = "needs root (CAP_SYS_ADMIN) to make network namespaces";
            System.err.println("SKIPPED: " + reason); // Maven is silent about a whole class that is skipped
            abort(reason);
        }
        NamespaceThread thread = new NamespaceThread(name);
        thread.run(NetworkNamespace::enterNew);
        return thread;
    }

    /** A thread in the same namespace as the caller, for things that spoil a thread. */
    static NamespaceThread beside(NetworkNamespace namespace) {
        NamespaceThread thread = new NamespaceThread("beside");
        thread.run(namespace::enter);
        return thread;
    }

    void run(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    <T> T call(Callable<T> action) {
        try {
            return executor.submit(action).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Id of the thread, which ip-link(8) takes for the name of its namespace. */
    int threadId() {
        return call(NetworkNamespace::callingThreadId);
    }

    /** Runs ip(8) in the namespace. */
    void ip(String arguments) {
        run(() -> {
            try {
                Process process = new ProcessBuilder(("ip " + arguments).split(" "))
                        .redirectErrorStream(true)
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new AssertionError("ip " + arguments + ": " + output);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError("ip " + arguments, e);
            }
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

package dev.tidewait.hook.reap;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A network namespace and the thread that holds it; it ends with the thread. */
final class NamespaceHost implements AutoCloseable {
    private static final int LIMIT_SECONDS = 60;

    private final ExecutorService executor;

    private NamespaceHost(String name) {
        executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Starts it; skips the test, saying why, without the right to make namespaces. */
    static NamespaceHost start(String name) {
        if (!Capabilities.ofThisThread().has(Capability.SYS_ADMIN)) {
            String reason = "needs root (CAP_SYS_ADMIN) to make network namespaces";
            System.err.println("SKIPPED: " + reason);
            abort(reason);
        }
        NamespaceHost host = new NamespaceHost(name);
        host.call(() -> {
            NetworkNamespace.enterNew();
            return name;
        });
        return host;
    }

    /** Another thread in the same namespace. */
    NamespaceHost beside(String name) {
        NamespaceHost other = new NamespaceHost(name);
        try (NetworkNamespace namespace = call(NetworkNamespace::current)) {
            other.call(() -> {
                namespace.enter();
                return name;
            });
        }
        return other;
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

    int threadId() {
        return call(NetworkNamespace::callingThreadId);
    }

    /** Runs ip(8) in the namespace. */
    void ip(String arguments) {
        call(() -> {
            Process process = new ProcessBuilder(("ip " + arguments).split(" "))
                    .redirectErrorStream(true)
                    .start();
            try {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new AssertionError("ip " + arguments + ": " + output);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError("ip " + arguments, e);
            }
            return arguments;
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

package dev.tidewait.doctor.census;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A network namespace held by one thread, with which it ends. Threads and processes started by what it runs are born in it. */
final class Host implements AutoCloseable {
    private static final int LIMIT_SECONDS = 120;

    private final ExecutorService executor;

    private Host(String name) {
        executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Skips the test, saying why, without the right to make namespaces. */
    static Host start(String name) {
        if (!Capabilities.ofThisThread().has(Capability.SYS_ADMIN)) {
            String reason = "needs root (CAP_SYS_ADMIN) to make network namespaces";
            System.err.println("SKIPPED: " + reason);
            abort(reason);
        }
        Host host = new Host(name);
        host.run(NetworkNamespace::enterNew);
        return host;
    }

    /** Brings its loopback up, which is down in a new namespace. */
    Host withLoopback() {
        ip("link set lo up");
        return this;
    }

    /** Another thread in the same namespace. */
    Host beside(String name) {
        Host other = new Host(name);
        try (NetworkNamespace namespace = call(NetworkNamespace::current)) {
            other.run(namespace::enter);
        }
        return other;
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
            throw new AssertionError(String.valueOf(e.getCause()), e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    int threadId() {
        return call(NetworkNamespace::callingThreadId);
    }

    void sysctl(String name, String value) {
        run(() -> Sysctl.write(name, value));
    }

    /** Runs ip(8). */
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

package dev.tidewait.app;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.NetworkNamespace;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a test in a network namespace of its own, where nobody else's ports are in the way; processes started there live in it too. */
final class InNamespace {
    private static final long DEADLINE_SECONDS = 120;

    private InNamespace() {}

    /** Skips the test, saying so, if namespaces cannot be made here. */
    static void run(Callable<?> test) throws Exception {
        Assumptions.assumeTrue(
                Capabilities.ofThisThread().has(Capability.SYS_ADMIN), "needs root: it makes a network namespace");
        FutureTask<?> task = new FutureTask<>(() -> {
            NetworkNamespace.enterNew();
            Process up = new ProcessBuilder("ip", "link", "set", "lo", "up")
                    .inheritIO()
                    .start();
            if (!up.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || up.exitValue() != 0) {
                throw new IllegalStateException("the loopback interface does not come up");
            }
            return test.call();
        });
        Thread.ofPlatform().daemon().name("namespace").start(task);
        try {
            task.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }
}

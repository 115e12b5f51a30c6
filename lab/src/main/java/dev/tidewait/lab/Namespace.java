package dev.tidewait.lab;

import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.linux.Sysctl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace without a name, held by one thread of this process. Any thread may use it.
 *
 * <p>A namespace belongs to threads, not to processes: what {@link #call} runs sees this namespace's interfaces, sysctls, {@code
 * /proc/thread-self/net} and sockets, and a child process started there is born in it (clone(2) copies the calling thread's
 * namespaces). It has no name and no bind mount, so it vanishes with this thread and the last child, even after SIGKILL.
 */
public final class Namespace implements AutoCloseable {
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(60);

    private final String name;
    private final ExecutorService holder;
    private final int threadId;

    private Namespace(String name, ExecutorService holder) {
        this.name = name;
        this.holder = holder;
        this.threadId = call(() -> {
            NetworkNamespace.enterNew();
            // "PID/task/TID"
            return Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        });
    }

    /**
     * Makes an empty namespace; its loopback interface is down.
     *
     * @param name for messages only
     * @throws LabException without CAP_SYS_ADMIN
     */
    public static Namespace create(String name) {
        ExecutorService holder = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("namespace-" + name).factory());
        try {
            return new Namespace(name, holder);
        } catch (RuntimeException e) {
            holder.shutdownNow();
            throw e;
        }
    }

    /** For messages. */
    public String name() {
        return name;
    }

    /** Kernel id of the thread that holds the namespace; where a tool asks for a process in it. */
    public int threadId() {
        return threadId;
    }

    /** Where other programs can open the namespace, as in {@code nsenter --net=PATH}. */
    public Path path() {
        return Path.of(
                "/proc", Long.toString(ProcessHandle.current().pid()), "task", Integer.toString(threadId), "ns/net");
    }

    /**
     * Runs something inside the namespace, one at a time; it must end within a minute.
     *
     * @throws LabException if it fails with a checked exception or does not end
     */
    public <T> T call(Callable<T> inside) {
        var result = holder.submit(inside);
        try {
            return result.get(CALL_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new LabException("failed in namespace " + name + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new LabException("did not end within " + CALL_DEADLINE + " in namespace " + name, e);
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for namespace " + name, e);
        }
    }

    /** Starts a child process that is in the namespace for all its life. */
    Process start(ProcessBuilder builder) {
        return call(builder::start);
    }

    /**
     * Sets a sysctl of this namespace.
     *
     * @param key with dots, as in {@code net.ipv4.tcp_timestamps}
     */
    public void sysctl(String key, String value) {
        call(() -> {
            Sysctl.write(key, value);
            return key;
        });
    }

    /** Reads a sysctl of this namespace. */
    public String sysctl(String key) {
        return call(() -> Sysctl.read(key));
    }

    /** Lets go of the namespace; it is gone when the last process in it is. */
    @Override
    public void close() {
        holder.shutdownNow();
        try {
            if (!holder.awaitTermination(CALL_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new LabException("namespace " + name + " is still held by a running call");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (" + path() + ")";
    }
}

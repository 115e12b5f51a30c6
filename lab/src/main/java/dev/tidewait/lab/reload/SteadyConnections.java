package dev.tidewait.lab.reload;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Connections that live through many reloads, each on a thread of its own. Used by one thread. */
final class SteadyConnections implements AutoCloseable {
    private static final Duration LAST_DEADLINE = Duration.ofSeconds(30);

    private final SteadyServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> lives = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder blocks = new LongAdder();
    private volatile boolean ending;

    /**
     * What became of them. Immutable.
     *
     * @param opened how many
     * @param blocks that came through all of them, every byte as it was sent
     * @param failures of those that could not be opened, or did not end in order
     */
    record Report(int opened, long blocks, List<String> failures) {
        Report {
            failures = List.copyOf(failures);
        }
    }

    SteadyConnections(SteadyServer server) {
        this.server = server;
    }

    /** Opens one more; if the proxy refuses it that is a failure like any other. */
    void open(SteadyConnection.Use use, SteadyConnection.Way way) {
        try {
            SteadyConnection connection = SteadyConnection.open(use, way);
            lives.add(threads.submit(() -> live(connection)));
        } catch (IOException | RuntimeException e) {
            failures.add("not opened: " + use + ", " + e.getMessage());
        }
    }

    private void live(SteadyConnection connection) {
        try (connection) {
            while ((!ending || connection.endsByItself()) && connection.goOn()) {
                // One block after the other.
            }
            connection.end();
        } catch (IOException e) {
            failures.add(connection + " after " + connection.blocks() + " blocks: " + e.getMessage());
        } finally {
            blocks.add(connection.blocks());
        }
    }

    /** Ends all of them in order. */
    Report finish() {
        ending = true;
        server.finish();
        long end = System.nanoTime() + LAST_DEADLINE.toNanos();
        for (Future<?> life : lives) {
            try {
                life.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                failures.add("one did not end within " + LAST_DEADLINE);
            } catch (ExecutionException e) {
                failures.add(String.valueOf(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add("interrupted while they ended");
            }
        }
        return new Report(lives.size(), blocks.sum(), List.copyOf(failures));
    }

    @Override
    public void close() {
        ending = true;
        threads.shutdownNow();
    }
}

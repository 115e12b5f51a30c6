package dev.tidewait.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's resolver, which blocks, on a few threads of its own: at most 16 questions under way and 1,024 in line. Any thread.
 * The deadline is the asker's. Answers are cached by the JVM ({@code networkaddress.cache.ttl}).
 */
final class NameLookup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameLookup.class);
    private static final int THREADS = 16;
    private static final int LINE_LENGTH = 1024;
    private static final long IDLE_THREAD_SECONDS = 30;

    /** {@link InetAddress#getAllByName}, or a test's own. */
    @FunctionalInterface
    interface Source {
        InetAddress[] allByName(String host) throws UnknownHostException;
    }

    private final Source source;
    private final ThreadPoolExecutor threads;

    NameLookup(Source source) {
        this.source = source;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(LINE_LENGTH),
                new DefaultThreadFactory("tidewait-names", true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** The answer comes on the loop; it is a list of at least one address or an exception for {@link #explain}. */
    Future<List<InetAddress>> lookUp(String host, EventLoop loop) {
        Promise<List<InetAddress>> answer = loop.newPromise();
        try {
            threads.execute(() -> {
                try {
                    answer.setSuccess(List.of(source.allByName(host)));
                } catch (UnknownHostException | RuntimeException e) {
                    answer.setFailure(e);
                }
            });
        } catch (RejectedExecutionException lineIsFull) {
            answer.setFailure(lineIsFull);
        }
        return answer;
    }

    /** Runs something else that may block for a moment, unless too much is waiting already. */
    void tryExecute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException lineIsFull) {
            LOG.debug("{} has to wait", task, lineIsFull);
        }
    }

    static String explain(HostPort target, Throwable cause) {
        return cause instanceof RejectedExecutionException
                ? "The name " + target.host() + " was not looked up: more than " + LINE_LENGTH
                        + " look-ups wait for the name service. Check /etc/resolv.conf and the servers named there."
                : "The name " + target.host() + " has no address. Check its spelling, and /etc/resolv.conf.";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

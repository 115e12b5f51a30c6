package dev.tidewait.proxy.names;

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

/**
 * Asks the host's resolver, which blocks, on a few threads of its own: at most 16 questions under way. Any thread.
 *
 * <p>A question in line that is cancelled leaves; one under way cannot be stopped. So one dead name service holds up at most 16
 * threads, whatever the number of clients. Answers are cached by the JVM ({@code networkaddress.cache.ttl}).
 */
public final class SystemNames implements NameSource {
    static final int THREADS = 16;
    private static final long IDLE_THREAD_SECONDS = 30;

    /** {@link InetAddress#getAllByName}, or a test's own. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] allByName(String host) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final ThreadPoolExecutor threads;

    /** @param mostInLine questions that wait for a thread */
    public SystemNames(Resolver resolver, int mostInLine) {
        this.resolver = resolver;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(mostInLine),
                new DefaultThreadFactory("tidewait-names", true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** This host's resolver. Unless it shall search, a dot at the end keeps it from trying its search domains. */
    static SystemNames ofHost(NameSettings settings) {
        return new SystemNames(
                host -> InetAddress.getAllByName(settings.search() || host.endsWith(".") ? host : host + "."),
                settings.mostQuestions());
    }

    @Override
    public Future<NameAnswer> ask(String host, EventLoop loop) {
        Promise<NameAnswer> answer = loop.newPromise();
        Runnable question = () -> answer.trySuccess(allByName(host));
        try {
            threads.execute(question);
        } catch (RejectedExecutionException lineIsFull) {
            return answer.setSuccess(new NameAnswer.NotFound(NameFailure.LINE_FULL, ""));
        }
        answer.addListener(done -> {
            if (done.isCancelled()) {
                threads.remove(question);
            }
        });
        return answer;
    }

    private NameAnswer allByName(String host) {
        try {
            return new NameAnswer.Found(List.of(resolver.allByName(host)), 0);
        } catch (UnknownHostException e) {
            String message = String.valueOf(e.getMessage());
            // EAI_AGAIN, in the C library's words.
            return message.contains("Temporary failure")
                    ? new NameAnswer.NotFound(NameFailure.SERVER_FAILED, message)
                    : new NameAnswer.NotFound(NameFailure.UNKNOWN, "");
        } catch (RuntimeException e) {
            return new NameAnswer.NotFound(NameFailure.LOCAL, e.toString());
        }
    }

    @Override
    public boolean refresh() {
        return false;
    }

    @Override
    public void close() {
        threads.shutdown(); // a question that comes later meets a full line
    }
}

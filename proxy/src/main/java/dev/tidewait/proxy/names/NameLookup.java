package dev.tidewait.proxy.names;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks the host's resolver, which blocks, on a few threads of its own: at most 16 questions under way and 1,024 in line. Any thread.
 *
 * <p>All who ask for the same name at the same time share one question. The deadline is the asker's: whoever cancels the answer leaves, and a
 * question in line that nobody waits for any more leaves with its last asker. (One under way cannot be stopped; whoever asks for its name
 * joins it.) So one dead name service holds up at most 16 threads, whatever the number of clients. Answers are cached by the JVM
 * ({@code networkaddress.cache.ttl}).
 */
public final class NameLookup implements AutoCloseable {
    private static final int THREADS = 16;
    public static final int LINE_LENGTH = 1024;
    private static final long IDLE_THREAD_SECONDS = 30;

    /** {@link InetAddress#getAllByName}, or a test's own. */
    @FunctionalInterface
    public interface Source {
        InetAddress[] allByName(String host) throws UnknownHostException;
    }

    private final Source source;
    private final ThreadPoolExecutor threads;
    /** In line or under way, by name; its lock also guards every question's askers. */
    private final Map<String, Question> questions = new HashMap<>();

    public NameLookup(Source source) {
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

    /**
     * The answer comes on the loop; it is a list of at least one address or an exception for {@link #failure}. Cancel it to stop
     * waiting.
     */
    public Future<List<InetAddress>> lookUp(String host, EventLoop loop) {
        Promise<List<InetAddress>> answer = loop.newPromise();
        synchronized (questions) {
            Question question = questions.get(host);
            if (question == null) {
                question = new Question(host);
                try {
                    threads.execute(question);
                } catch (RejectedExecutionException lineIsFull) {
                    return answer.setFailure(lineIsFull);
                }
                questions.put(host, question);
            }
            question.askers.add(answer);
            leaveWhenCancelled(question, answer);
        }
        return answer;
    }

    private void leaveWhenCancelled(Question question, Promise<List<InetAddress>> answer) {
        answer.addListener(done -> {
            if (!done.isCancelled()) {
                return;
            }
            synchronized (questions) {
                question.askers.remove(answer);
                if (question.askers.isEmpty() && threads.remove(question)) {
                    questions.remove(question.host, question);
                }
            }
        });
    }

    /** One name's way through the resolver. */
    private final class Question implements Runnable {
        private final String host;
        private final Set<Promise<List<InetAddress>>> askers = new LinkedHashSet<>();

        Question(String host) {
            this.host = host;
        }

        @Override
        public void run() {
            try {
                List<InetAddress> addresses = List.of(source.allByName(host));
                leave().forEach(asker -> asker.trySuccess(addresses));
            } catch (UnknownHostException | RuntimeException e) {
                leave().forEach(asker -> asker.tryFailure(e));
            }
        }

        /** From here on nobody can join; gives those who wait. */
        private List<Promise<List<InetAddress>>> leave() {
            synchronized (questions) {
                questions.remove(host, this);
                return List.copyOf(askers);
            }
        }
    }

    /** What to tell somebody whose name could not be looked up. */
    public static Failure failure(HostPort target, Throwable cause) {
        return cause instanceof RejectedExecutionException
                ? new Failure(
                        ProxyError.NAME_LINE_FULL,
                        "The name " + target.host() + " was not looked up: more than " + LINE_LENGTH
                                + " look-ups wait for the name service. Check /etc/resolv.conf and the servers named there.")
                : new Failure(
                        ProxyError.NAME_UNKNOWN,
                        "The name " + target.host() + " has no address. Check its spelling, and /etc/resolv.conf.");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what takes long on half of the processors, at most four threads, with a line of 256; the event loops keep the rest. Any thread.
 *
 * <p>All who ask with the same key share one check, as the many connections of a browser do. Whoever cancels leaves, and a check in line leaves with
 * its last asker.
 */
final class PasswordChecks implements AutoCloseable {
    static final int LINE_LENGTH = 256;

    private static final Logger LOG = LoggerFactory.getLogger(PasswordChecks.class);
    private static final int MOST_THREADS = 4;
    private static final long IDLE_THREAD_SECONDS = 30;

    /** Finds out whether the password is right; may take long. */
    @FunctionalInterface
    interface Check {
        Login run(byte[] password);
    }

    private final ThreadPoolExecutor threads;
    /** In line or under way; its lock also guards every check's askers. */
    private final Map<LoginKey, Pending> pending = new HashMap<>();

    PasswordChecks() {
        this(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_THREADS));
    }

    PasswordChecks(int threadCount) {
        threads = new ThreadPoolExecutor(
                threadCount,
                threadCount,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(LINE_LENGTH),
                new DefaultThreadFactory("tidewait-passwords", true));
        threads.allowCoreThreadTimeOut(true);
    }

    /** The answer comes on the loop; it never fails, but may be cancelled. */
    Future<Login> check(LoginKey key, byte[] password, Check check, EventLoop loop) {
        Promise<Login> answer = loop.newPromise();
        synchronized (pending) {
            Pending one = pending.get(key);
            if (one == null) {
                one = new Pending(key, password.clone(), check);
                try {
                    threads.execute(one);
                } catch (RejectedExecutionException lineIsFull) {
                    return answer.setSuccess(
                            new Login.Refused(
                                    new Failure(
                                            ProxyError.LOGIN_UNCHECKED,
                                            "More than " + LINE_LENGTH
                                                    + " passwords wait to be checked. Try again; if it stays so, limit"
                                                    + " clients with access.limits, or make hashes of a lower cost (htpasswd -B -C 8).")));
                }
                pending.put(key, one);
            }
            one.askers.add(answer);
        }
        answer.addListener(done -> {
            if (done.isCancelled()) {
                leave(key, answer);
            }
        });
        return answer;
    }

    private void leave(LoginKey key, Promise<Login> asker) {
        synchronized (pending) {
            Pending one = pending.get(key);
            if (one != null && one.askers.remove(asker) && one.askers.isEmpty() && threads.remove(one)) {
                pending.remove(key);
                one.forget();
            }
        }
    }

    /** In line or under way. */
    int pendingCount() {
        synchronized (pending) {
            return pending.size();
        }
    }

    private final class Pending implements Runnable {
        private final LoginKey key;
        private final byte[] password;
        private final Check check;
        private final Set<Promise<Login>> askers = new LinkedHashSet<>();

        Pending(LoginKey key, byte[] password, Check check) {
            this.key = key;
            this.password = password;
            this.check = check;
        }

        @Override
        public void run() {
            Login login;
            try {
                login = check.run(password);
            } catch (RuntimeException bug) {
                LOG.error("a password could not be checked", bug);
                login = new Login.Refused(new Failure(
                        ProxyError.LOGIN_UNCHECKED, "The password could not be checked; the proxy's log says why."));
            }
            forget();
            List<Promise<Login>> all;
            synchronized (pending) {
                pending.remove(key, this);
                all = List.copyOf(askers);
            }
            for (Promise<Login> asker : all) {
                asker.trySuccess(login);
            }
        }

        private void forget() {
            Arrays.fill(password, (byte) 0);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

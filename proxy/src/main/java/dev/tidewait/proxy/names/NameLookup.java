package dev.tidewait.proxy.names;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From a host's name to its addresses: {@code /etc/hosts}, the names that RFC 6761 gives a meaning, the cache, then a {@link NameSource}.
 * Any thread.
 *
 * <p>All who ask for the same name at the same time share one question, whatever their event loops. The number of questions is bounded. The
 * deadline is the asker's: whoever cancels the answer leaves, and a question that nobody waits for any more is cancelled. The lock is held
 * for a look into two maps, never while somebody is asked or told.
 */
public final class NameLookup implements AutoCloseable {
    private final NameSettings settings;
    private final NameSource source;
    private final HostsFile hosts;
    private final BooleanSupplier ipv6First;
    private final LongSupplier nanoClock;
    private final FamilyMemory families = new FamilyMemory();

    private final Object lock = new Object();
    /** Under way, by name; guarded by the lock, as are their askers. */
    private final Map<String, Question> questions = new HashMap<>();
    /** Guarded by the lock. */
    private final NameCache cache;

    private final LongAdder fromHosts = new LongAdder();
    private final LongAdder fromCache = new LongAdder();
    private final LongAdder joined = new LongAdder();
    private final LongAdder asked = new LongAdder();
    private final Map<NameFailure, LongAdder> failures = new EnumMap<>(NameFailure.class);

    /**
     * @param ipv6First whether IPv6 addresses come before IPv4 addresses: where this host has an IPv6 address of its own
     * @param nanoClock as {@link System#nanoTime()}
     */
    public NameLookup(
            NameSettings settings,
            NameSource source,
            HostsFile hosts,
            BooleanSupplier ipv6First,
            LongSupplier nanoClock) {
        this.settings = settings;
        this.source = source;
        this.hosts = hosts;
        this.ipv6First = ipv6First;
        this.nanoClock = nanoClock;
        this.cache = new NameCache(settings.cacheEntries());
        for (NameFailure why : NameFailure.values()) {
            failures.put(why, new LongAdder());
        }
    }

    /**
     * The answer comes on the loop; it is a list of at least one address or an exception for {@link #failure}. Cancel it to stop
     * waiting.
     *
     * @param host a name in lower case, as {@link HostPort#host()}
     */
    public Future<List<InetAddress>> lookUp(String host, EventLoop loop) {
        Promise<List<InetAddress>> answer = loop.newPromise();
        Optional<NameAnswer> known = hosts.answer(host);
        if (known.isPresent()) {
            fromHosts.increment();
            tell(answer, known.get());
            return answer;
        }
        Optional<NameAnswer> cached;
        Question question = null;
        boolean fresh = false;
        boolean full = false;
        synchronized (lock) {
            cached = cache.get(host, nanoClock.getAsLong());
            if (cached.isEmpty()) {
                question = questions.get(host);
                fresh = question == null;
                full = fresh && questions.size() >= settings.mostQuestions();
                if (fresh && !full) {
                    question = new Question(host);
                    questions.put(host, question);
                }
                if (question != null) {
                    question.askers.add(answer);
                }
            }
        }
        if (cached.isPresent()) {
            fromCache.increment();
            tell(answer, cached.get());
        } else if (question == null) {
            tell(answer, new NameAnswer.NotFound(NameFailure.LINE_FULL, ""));
        } else {
            leaveWhenCancelled(question, answer);
            if (fresh) {
                asked.increment();
                question.ask(loop);
            } else {
                joined.increment();
            }
        }
        return answer;
    }

    private void leaveWhenCancelled(Question question, Promise<List<InetAddress>> answer) {
        answer.addListener(done -> {
            if (!done.isCancelled()) {
                return;
            }
            Future<NameAnswer> unwanted = null;
            synchronized (lock) {
                question.askers.remove(answer);
                if (question.askers.isEmpty() && questions.remove(question.host, question)) {
                    unwanted = question.underWay;
                }
            }
            if (unwanted != null) {
                unwanted.cancel(false);
            }
        });
    }

    /** One name's way through the source. */
    private final class Question {
        private final String host;
        private final Set<Promise<List<InetAddress>>> askers = new LinkedHashSet<>();
        /** Set while the first asker still waits, so whoever is the last to leave finds it. */
        private @Nullable Future<NameAnswer> underWay;

        Question(String host) {
            this.host = host;
        }

        void ask(EventLoop loop) {
            Future<NameAnswer> future = source.ask(host, loop);
            synchronized (lock) {
                underWay = future;
            }
            future.addListener((Future<NameAnswer> done) -> {
                if (!done.isCancelled()) {
                    answered(
                            done.isSuccess()
                                    ? sorted(done.getNow())
                                    : new NameAnswer.NotFound(
                                            NameFailure.LOCAL, done.cause().toString()));
                }
            });
        }

        private void answered(NameAnswer answer) {
            List<Promise<List<InetAddress>>> waiting;
            synchronized (lock) {
                questions.remove(host, this);
                waiting = List.copyOf(askers);
                cache.put(host, answer, ttlMillis(answer), nanoClock.getAsLong());
            }
            waiting.forEach(asker -> tell(asker, answer));
        }
    }

    private NameAnswer sorted(NameAnswer answer) {
        return switch (answer) {
            case NameAnswer.Found found ->
                new NameAnswer.Found(
                        AddressOrder.preferring(found.addresses(), ipv6First.getAsBoolean()), found.ttlSeconds());
            case NameAnswer.NotFound none -> none;
        };
    }

    private long ttlMillis(NameAnswer answer) {
        return switch (answer) {
            case NameAnswer.Found found ->
                Math.clamp(
                        Duration.ofSeconds(found.ttlSeconds()).toMillis(),
                        settings.minTtl().toMillis(),
                        settings.maxTtl().toMillis());
            case NameAnswer.NotFound none ->
                switch (none.why()) {
                    case UNKNOWN, SERVER_FAILED, TIMED_OUT ->
                        settings.negativeTtl().toMillis();
                    case LINE_FULL, LOCAL -> 0;
                };
        };
    }

    private void tell(Promise<List<InetAddress>> asker, NameAnswer answer) {
        switch (answer) {
            case NameAnswer.Found found -> asker.trySuccess(found.addresses());
            case NameAnswer.NotFound none -> {
                if (asker.tryFailure(new NameFailedException(none.why(), none.detail()))) {
                    count(none.why());
                }
            }
        }
    }

    private void count(NameFailure why) {
        LongAdder adder = failures.get(why);
        if (adder != null) {
            adder.increment();
        }
    }

    /** What to tell somebody whose name could not be looked up. */
    public static Failure failure(HostPort target, Throwable cause) {
        NameFailure why = cause instanceof NameFailedException known ? known.why() : NameFailure.LOCAL;
        String message = String.valueOf(cause.getMessage());
        String detail = message.isEmpty() ? "" : " (" + message + ")";
        String text = switch (why) {
            case UNKNOWN ->
                "The name " + target.host() + " has no address" + detail
                        + ". Check its spelling, and /etc/resolv.conf.";
            case SERVER_FAILED ->
                "The name service could not look up " + target.host() + detail
                        + ". Check the servers in /etc/resolv.conf or names.servers.";
            case TIMED_OUT -> timedOut(target.host());
            case LINE_FULL ->
                "The name " + target.host() + " was not looked up: as many look-ups as names.questions allows wait for"
                        + " the name service. Check /etc/resolv.conf and the servers named there.";
            case LOCAL ->
                "This host could not ask for the name " + target.host() + detail
                        + ". If descriptors are short, raise LimitNOFILE or ulimit -n.";
        };
        return new Failure(why.error(), text);
    }

    /** What to tell somebody who has stopped waiting. */
    public static String timedOut(String host) {
        return "The name service gave no answer for " + host
                + " in time. Check /etc/resolv.conf, or name the server by its address.";
    }

    /** Looks for changes of {@code /etc/hosts} and {@code /etc/resolv.conf}; may block. */
    public void refresh() {
        hosts.refresh();
        if (source.refresh()) {
            synchronized (lock) {
                cache.clear();
            }
        }
    }

    /** What connecting to the addresses has shown. */
    public FamilyMemory families() {
        return families;
    }

    public NameSettings settings() {
        return settings;
    }

    public NameStatistics statistics() {
        Map<NameFailure, Long> failed = new EnumMap<>(NameFailure.class);
        failures.forEach((why, number) -> failed.put(why, number.sum()));
        synchronized (lock) {
            return new NameStatistics(
                    fromHosts.sum(),
                    fromCache.sum(),
                    joined.sum(),
                    asked.sum(),
                    failed,
                    cache.size(),
                    questions.size());
        }
    }

    /** Lets go of what is not in use; questions under way go on. */
    @Override
    public void close() {
        source.close();
    }
}

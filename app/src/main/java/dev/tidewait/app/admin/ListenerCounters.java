package dev.tidewait.app.admin;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.proxy.ListenerMetrics;
import dev.tidewait.proxy.SentOver;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What one listener counted since the start. Any thread; counting takes no lock and allocates nothing. */
final class ListenerCounters implements ListenerMetrics {
    final String listener;
    final LongAdder accepted = new LongAdder();
    final LongAdder connected = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder bytesUp = new LongAdder();
    final LongAdder bytesDown = new LongAdder();
    final Map<Reason, LongAdder> connectFailures = new EnumMap<>(Reason.class);
    final Map<NameFailure, LongAdder> nameFailures = new EnumMap<>(NameFailure.class);
    final Map<SentOver, LongAdder> requestsSent = new EnumMap<>(SentOver.class);
    final Map<EndCause, LongAdder> endings = new EnumMap<>(EndCause.class);
    final Buckets connectTime = new Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);
    final Buckets portWait = new Buckets(0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60);

    ListenerCounters(String listener) {
        this.listener = listener;
        for (Reason reason : Reason.values()) {
            connectFailures.put(reason, new LongAdder());
        }
        for (NameFailure why : NameFailure.values()) {
            nameFailures.put(why, new LongAdder());
        }
        for (SentOver connection : SentOver.values()) {
            requestsSent.put(connection, new LongAdder());
        }
        for (EndCause cause : EndCause.values()) {
            endings.put(cause, new LongAdder());
        }
    }

    /** Exchanges that have not ended; counted apart, so it may be off by those that begin or end just now. */
    long active() {
        long ended = endings.values().stream().mapToLong(LongAdder::sum).sum();
        return Math.max(0, accepted.sum() - ended);
    }

    @Override
    public void accepted() {
        accepted.increment();
    }

    @Override
    public void connected(long portWaitMillis, long connectNanos) {
        connected.increment();
        portWait.count(TimeUnit.MILLISECONDS.toMicros(portWaitMillis));
        connectTime.count(TimeUnit.NANOSECONDS.toMicros(connectNanos));
    }

    @Override
    public void nameFailed(NameFailure why) {
        add(nameFailures.get(why));
    }

    @Override
    public void connectFailed(Reason reason) {
        add(connectFailures.get(reason));
    }

    @Override
    public void requested() {
        requests.increment();
    }

    @Override
    public void requestSent(SentOver connection) {
        add(requestsSent.get(connection));
    }

    @Override
    public void ended(EndCause cause, long up, long down, long durationNanos) {
        add(endings.get(cause));
        bytesUp.add(up);
        bytesDown.add(down);
    }

    private static void add(@org.jspecify.annotations.Nullable LongAdder counter) {
        if (counter != null) {
            counter.increment(); // every constant has one
        }
    }
}

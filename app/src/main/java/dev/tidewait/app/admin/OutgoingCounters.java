package dev.tidewait.app.admin;

import dev.tidewait.netty.ConnectionListener;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.ports.Ending;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is counted of outgoing connections of all destinations since the start. Any thread; takes no lock, allocates nothing. */
public final class OutgoingCounters implements ConnectionListener {
    final LongAdder opened = new LongAdder();
    final LongAdder reused = new LongAdder();
    final Map<Ending.Close, LongAdder> closed = new EnumMap<>(Ending.Close.class);
    final Buckets ageAtReuse = new Buckets(1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 75);

    public OutgoingCounters() {
        for (Ending.Close close : Ending.Close.values()) {
            closed.put(close, new LongAdder());
        }
    }

    @Override
    public void opened(LeasedConnection connection, long leasedMillis) {
        opened.increment();
        if (connection.ageAtReuseMillis() >= 0) {
            reused.increment();
            ageAtReuse.count(TimeUnit.MILLISECONDS.toMicros(connection.ageAtReuseMillis()));
        }
    }

    @Override
    public void closed(LeasedConnection connection, Ending ending, long releasedMillis) {
        @Nullable LongAdder counter = closed.get(ending.close());
        if (counter != null) {
            counter.increment(); // every constant has one
        }
    }
}

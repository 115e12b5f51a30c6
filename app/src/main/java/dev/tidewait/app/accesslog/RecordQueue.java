package dev.tidewait.app.accesslog;

import dev.tidewait.proxy.facts.ExchangeRecord;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Records between event loops and the writer: bounded, and without locks, so that no event loop ever waits for another one or for the
 * writer. Any thread may offer, one takes.
 */
final class RecordQueue {
    private final int capacity;
    private final ConcurrentLinkedQueue<ExchangeRecord> records = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    RecordQueue(int capacity) {
        this.capacity = capacity;
    }

    /** False if there is no room. */
    boolean offer(ExchangeRecord exchange) {
        if (size.getAndIncrement() >= capacity) {
            size.getAndDecrement();
            return false;
        }
        return records.add(exchange);
    }

    /** The oldest one; null if there is none. */
    @Nullable
    ExchangeRecord poll() {
        ExchangeRecord oldest = records.poll();
        if (oldest != null) {
            size.getAndDecrement();
        }
        return oldest;
    }

    int size() {
        return size.get();
    }
}

package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every record. Any thread. */
final class KeptRecords implements AccessLog {
    final List<ExchangeRecord> all = new CopyOnWriteArrayList<>();

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public void write(ExchangeRecord exchange) {
        all.add(exchange);
    }

    /** The first one; waits for it. */
    ExchangeRecord awaitFirst() {
        Until.isTrue("there is a record", () -> !all.isEmpty());
        return all.getFirst();
    }
}

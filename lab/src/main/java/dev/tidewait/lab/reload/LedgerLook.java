package dev.tidewait.lab.reload;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.ProxyUnderTest;
import java.util.List;

/**
 * What the proxy's ledgers said at one moment, all destinations together. Immutable.
 *
 * @param leased live connections
 * @param cooling four-tuples that rest
 * @param leases since the start
 * @param timeWait TIME_WAIT sockets that the kernel is believed to hold
 */
record LedgerLook(long leased, long cooling, long leases, long timeWait) {
    static LedgerLook at(ProxyUnderTest proxy) {
        List<JsonObject> sources = JsonObject.parse(proxy.admin("/ports")).objects("destinations").stream()
                .flatMap(destination -> destination.objects("sources").stream())
                .toList();
        return new LedgerLook(
                sum(sources, "leased"), sum(sources, "cooling"), sum(sources, "leases"), sum(sources, "timeWait"));
    }

    private static long sum(List<JsonObject> sources, String field) {
        return sources.stream().mapToLong(source -> source.number(field)).sum();
    }

    /** Four-tuples that have a history. */
    long known() {
        return leased + cooling;
    }
}

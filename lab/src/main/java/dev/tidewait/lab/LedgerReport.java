package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What the proxy's /ports says of one destination. Immutable.
 *
 * @param leased live connections
 * @param timeWait TIME_WAIT sockets that the ledger believes the kernel holds
 * @param waiting how many stand in line
 * @param leasesPerSource leases of each source since the start
 * @param destroyed TIME_WAIT sockets destroyed since the start, whatever for
 * @param sequenceStrict whether the floors without timestamps apply to it
 */
public record LedgerReport(
        long leased, long timeWait, long waiting, List<Long> leasesPerSource, long destroyed, boolean sequenceStrict) {
    public LedgerReport {
        leasesPerSource = List.copyOf(leasesPerSource);
    }

    /** Leases since the start, all sources. */
    public long leases() {
        return leasesPerSource.stream().mapToLong(Long::longValue).sum();
    }

    /** The destination that counts is the lab's only one. */
    static LedgerReport parse(String json) {
        JsonObject page = JsonObject.parse(json);
        List<JsonObject> destinations = page.objects("destinations");
        if (destinations.size() != 1) {
            throw new LabException("the proxy has ledgers for " + destinations.size() + " destinations, not for 1");
        }
        JsonObject destination = destinations.getFirst();
        long leased = 0;
        long timeWait = 0;
        List<Long> leases = new ArrayList<>();
        for (JsonObject source : destination.objects("sources")) {
            leased += source.number("leased");
            timeWait += source.number("timeWait");
            leases.add(source.number("leases"));
        }
        return new LedgerReport(
                leased,
                timeWait,
                destination.number("waiting"),
                leases,
                page.number("destroyed"),
                destination.flag("sequenceStrict"));
    }
}

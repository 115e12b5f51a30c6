package dev.tidewait.lab;

import java.util.List;

/**
 * How a campus run stood at one moment. Immutable.
 *
 * @param second since the first visit
 * @param heapBytes what the proxy's heap held, garbage included
 * @param residentBytes of the proxy's process
 * @param descriptors of the proxy's process
 * @param destinations that have a ledger
 * @param leased live connections to servers
 * @param cooling four-tuples that rest
 * @param waiting connects in line for a port
 */
record CampusSample(
        double second,
        long heapBytes,
        long residentBytes,
        int descriptors,
        long destinations,
        long leased,
        long cooling,
        long waiting) {

    /** Looks at the proxy now. */
    static CampusSample take(double second, ProcessWatch process, ProxyUnderTest proxy) {
        JsonObject page = JsonObject.parse(proxy.admin("/ports"));
        List<JsonObject> destinations = page.objects("destinations");
        return new CampusSample(
                second,
                process.heapBytes(),
                process.residentBytes(),
                process.descriptors(),
                page.number("destinationCount"),
                sum(destinations, "leased"),
                sum(destinations, "cooling"),
                sum(destinations, "waiting"));
    }

    private static long sum(List<JsonObject> destinations, String field) {
        return destinations.stream().mapToLong(one -> one.number(field)).sum();
    }
}

package dev.tidewait.proxy.names;

import java.util.Map;

/**
 * What a {@link NameLookup} has done since its start. Immutable.
 *
 * @param fromHosts look-ups answered from {@code /etc/hosts}
 * @param fromCache from the cache
 * @param joined that shared the question of an earlier one
 * @param asked that asked the name service
 * @param failures look-ups that led to no address and were not cancelled, by reason
 * @param cachedNames names in the cache now
 * @param underWay questions under way now
 */
public record NameStatistics(
        long fromHosts,
        long fromCache,
        long joined,
        long asked,
        Map<NameFailure, Long> failures,
        int cachedNames,
        int underWay) {
    public NameStatistics {
        failures = Map.copyOf(failures);
    }
}

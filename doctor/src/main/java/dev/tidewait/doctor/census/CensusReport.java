package dev.tidewait.doctor.census;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Who uses the ports of this network namespace: the last look, and what changed since the one before. Immutable.
 *
 * @param spanSeconds time between the two looks; empty after one
 * @param destinations outgoing connections by source and destination, the one that runs out first at the front
 * @param sources outgoing connections by source, most sockets first
 * @param services incoming connections by local port, most sockets first
 * @param outgoing all connections that this host opened
 * @param incoming all connections that others opened
 * @param buckets how full tcp_max_tw_buckets is
 * @param counters the kernel's TCP counters
 * @param notes what could not be seen
 */
public record CensusReport(
        OptionalDouble spanSeconds,
        List<DestinationUse> destinations,
        List<SourceUse> sources,
        List<ServiceUse> services,
        StateCounts outgoing,
        StateCounts incoming,
        BucketUse buckets,
        CounterReading counters,
        List<CensusNote> notes) {
    public CensusReport {
        destinations = List.copyOf(destinations);
        sources = List.copyOf(sources);
        services = List.copyOf(services);
        notes = List.copyOf(notes);
    }

    /** TIME_WAIT sockets of this namespace, as tcp_max_tw_buckets counts them. */
    public long timeWaitCount() {
        return buckets.timeWaitCount();
    }

    /** net.ipv4.tcp_max_tw_buckets; empty if it cannot be read. */
    public OptionalLong maxTwBuckets() {
        return buckets.maxBuckets();
    }
}

package dev.tidewait.lab;

/**
 * How a namespace's counters moved during a run. Immutable.
 *
 * @param timeWaitOverflows closes that got no TIME_WAIT because tcp_max_tw_buckets was reached: the run proves nothing if above 0
 *     (in the clients' namespace, where the limit is 0 on purpose, it counts every close)
 * @param timeWaitTakenOver TIME_WAIT sockets taken over by connect()
 * @param resetsSent RSTs sent
 * @param synRetransmissions SYNs sent again
 * @param segmentsRetransmitted all segments sent again
 * @param activeOpens connects
 * @param backlogDrops packets dropped by this host's CPUs before any protocol saw them, in whichever namespace: explains latencies
 *     of 1 s
 */
public record KernelReport(
        long timeWaitOverflows,
        long timeWaitTakenOver,
        long resetsSent,
        long synRetransmissions,
        long segmentsRetransmitted,
        long activeOpens,
        long backlogDrops) {}

package dev.tidewait.doctor.census;

import java.util.OptionalLong;

/**
 * tcp_max_tw_buckets, the second scarce thing: above it the kernel drops the newest TIME_WAIT. Of this network namespace. Immutable.
 *
 * @param timeWaitCount TIME_WAIT sockets by the kernel's count (sockstat), FIN_WAIT2 without process included
 * @param maxBuckets net.ipv4.tcp_max_tw_buckets; empty if it cannot be read
 * @param outgoingCount TIME_WAIT sockets of connections that this host opened
 * @param incomingCount TIME_WAIT sockets of connections that others opened
 * @param perSecond by how many TIME_WAIT grow each second at present while none of them is 60 s old: those begun less those that left early
 *     between the two looks, because connect() took them over, or they were destroyed or reset. Not below 0; after one look those begun. Times the 62 s that
 *     a TIME_WAIT lives at most it is what a constant load adds up to
 * @param exhaustion when the limit is reached
 */
public record BucketUse(
        long timeWaitCount,
        OptionalLong maxBuckets,
        int outgoingCount,
        int incomingCount,
        double perSecond,
        Exhaustion exhaustion) {}

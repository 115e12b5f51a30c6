package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.LateHistogram;

/**
 * Connections with both FINs to one prefix, and what came late from there. Immutable.
 *
 * @param ended how many such connections, as far as the kernel remembers the prefix
 * @param late their late segments
 */
public record PrefixRow(RemotePrefix prefix, long ended, LateHistogram late) {}

package dev.tidewait.evidence.live;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;

/**
 * Connections that ended alike, equally far away. Immutable.
 *
 * @param ended how many
 * @param late their late segments
 * @param latest of each connection that had late segments, the age of the last one
 * @param latestNeeding the same, of FINs and data only
 */
public record LiveClass(
        LiveEnding ending,
        RoundTripClass roundTrip,
        long ended,
        LateHistogram late,
        AgeCounts latest,
        AgeCounts latestNeeding) {}

package dev.tidewait.evidence.track;

import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateSample;

/**
 * What a tracker saw. Holds counts only; reports add up. Immutable.
 *
 * @param segments TCP segments that were looked at
 * @param openings how connections began
 * @param graceful closed by FIN both ways
 * @param reset closed by RST
 * @param unfinished connections without an end
 * @param oddities what is no connection's normal course
 * @param reusesAfterGraceful new incarnations by age since the former one closed
 * @param reusesAfterReset the same after a RST
 * @param lateAfterGraceful what came after both FINs were acknowledged
 * @param lateAfterReset what came after a RST
 */
public record TrackReport(
        long segments,
        Openings openings,
        Closings graceful,
        Closings reset,
        Unfinished unfinished,
        Oddities oddities,
        AgeCounts reusesAfterGraceful,
        AgeCounts reusesAfterReset,
        LateSample lateAfterGraceful,
        LateSample lateAfterReset) {
    /** Nothing was seen. */
    public static final TrackReport NONE = new TrackReport(
            0,
            new Openings(0, 0, 0, 0),
            Closings.NONE,
            Closings.NONE,
            new Unfinished(0, 0, 0, 0),
            new Oddities(0, 0, 0, 0, 0, 0),
            AgeCounts.NONE,
            AgeCounts.NONE,
            LateSample.NONE,
            LateSample.NONE);

    /**
     * How connections began.
     *
     * @param handshakes SYN, SYN-ACK and what follows were seen
     * @param midStream part of the handshake was not in the capture
     * @param refused attempts that a RST answered
     * @param unanswered attempts that nothing answered
     */
    public record Openings(long handshakes, long midStream, long refused, long unanswered) {
        /** Connections, without mere attempts. */
        public long connections() {
            return handshakes + midStream;
        }

        Openings plus(Openings other) {
            return new Openings(
                    handshakes + other.handshakes,
                    midStream + other.midStream,
                    refused + other.refused,
                    unanswered + other.unanswered);
        }
    }

    /**
     * Connections without an end.
     *
     * @param open neither end had closed when the capture ended
     * @param halfClosed one FIN was seen, or two that were not both acknowledged
     * @param replaced a new SYN came, and the end of the former incarnation is not in the capture
     * @param letGo of all rows, those that were given up early because there were too many at once
     */
    public record Unfinished(long open, long halfClosed, long replaced, long letGo) {
        Unfinished plus(Unfinished other) {
            return new Unfinished(
                    open + other.open, halfClosed + other.halfClosed, replaced + other.replaced, letGo + other.letGo);
        }
    }

    /**
     * What is no connection's normal course.
     *
     * @param halfCloseUses connections in which data was sent to an end that had sent its FIN
     * @param repeatedSyns SYNs and SYN-ACKs sent again before close
     * @param repeatedFins FINs sent again before close
     * @param staleAnswers answers to the SYN of a reused four-tuple by an end that still held the former incarnation (RFC 5961's challenge ACK)
     * @param strayResets RSTs that belong to no connection in the capture, or to no place in one
     * @param outOfOrder segments too far out of order to be looked at
     */
    public record Oddities(
            long halfCloseUses,
            long repeatedSyns,
            long repeatedFins,
            long staleAnswers,
            long strayResets,
            long outOfOrder) {
        Oddities plus(Oddities other) {
            return new Oddities(
                    halfCloseUses + other.halfCloseUses,
                    repeatedSyns + other.repeatedSyns,
                    repeatedFins + other.repeatedFins,
                    staleAnswers + other.staleAnswers,
                    strayResets + other.strayResets,
                    outOfOrder + other.outOfOrder);
        }
    }

    public TrackReport plus(TrackReport other) {
        return new TrackReport(
                segments + other.segments,
                openings.plus(other.openings),
                graceful.plus(other.graceful),
                reset.plus(other.reset),
                unfinished.plus(other.unfinished),
                oddities.plus(other.oddities),
                reusesAfterGraceful.plus(other.reusesAfterGraceful),
                reusesAfterReset.plus(other.reusesAfterReset),
                lateAfterGraceful.plus(other.lateAfterGraceful),
                lateAfterReset.plus(other.lateAfterReset));
    }
}

package dev.tidewait.evidence.track;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateSampleRecorder;
import dev.tidewait.evidence.track.TrackReport.Oddities;
import dev.tidewait.evidence.track.TrackReport.Openings;
import dev.tidewait.evidence.track.TrackReport.Unfinished;

/** What a tracker has counted so far; {@link TrackReport} explains each. Owned by one thread. */
final class TrackCounts {
    long segments;
    long handshakes;
    long midStream;
    long refused;
    long unanswered;
    long open;
    long halfClosed;
    long replaced;
    long letGo;
    long halfCloseUses;
    long repeatedSyns;
    long repeatedFins;
    long staleAnswers;
    long strayResets;
    long outOfOrder;
    final Kind graceful = new Kind();
    final Kind reset = new Kind();

    /** Connections that closed in one way. */
    static final class Kind {
        private long byOpener;
        private long byAcceptor;
        private long byUnknown;
        private final long[] reuses = new long[AgeBuckets.count()];
        final LateSampleRecorder late = new LateSampleRecorder();

        void closed(boolean openerKnown, boolean byOpener) {
            if (!openerKnown) {
                byUnknown++;
            } else if (byOpener) {
                this.byOpener++;
            } else {
                byAcceptor++;
            }
        }

        void reused(long ageNanos) {
            reuses[AgeBuckets.indexOf(ageNanos)]++;
        }

        private Closings closings() {
            return new Closings(byOpener, byAcceptor, byUnknown);
        }
    }

    TrackReport snapshot() {
        return new TrackReport(
                segments,
                new Openings(handshakes, midStream, refused, unanswered),
                graceful.closings(),
                reset.closings(),
                new Unfinished(open, halfClosed, replaced, letGo),
                new Oddities(halfCloseUses, repeatedSyns, repeatedFins, staleAnswers, strayResets, outOfOrder),
                AgeCounts.of(graceful.reuses),
                AgeCounts.of(reset.reuses),
                graceful.late.snapshot(),
                reset.late.snapshot());
    }
}

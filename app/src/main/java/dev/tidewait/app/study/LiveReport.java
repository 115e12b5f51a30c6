package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.capture.FrameCounts;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.live.LiveClass;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.LiveSnapshot;
import dev.tidewait.evidence.live.PrefixRow;
import dev.tidewait.evidence.risk.ClassSample;
import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.evidence.track.Closings;
import dev.tidewait.evidence.track.StudyReport;
import dev.tidewait.evidence.track.TrackReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * What a live watch has to say. Immutable.
 *
 * @param seen the counts
 * @param prefixes where late segments came from; these hold addresses
 * @param cost what it cost, if that was measured
 */
public record LiveReport(LiveSnapshot seen, List<PrefixRow> prefixes, Optional<LiveCost> cost) {
    public LiveReport {
        prefixes = List.copyOf(prefixes);
    }

    /**
     * The same as of a capture, so that it adds up with those. Of connections only the end is seen. It is incomplete where late segments were lost, for
     * nobody knows how late these were.
     */
    Study study() {
        long whole = seen.ended(LiveEnding::isWhole);
        long broken = seen.ended(LiveEnding.BROKEN::equals);
        TrackReport tracked = new TrackReport(
                seen.segments(),
                new TrackReport.Openings(0, whole + broken, 0, 0),
                new Closings(0, 0, whole),
                new Closings(0, 0, broken),
                TrackReport.NONE.unfinished(),
                TrackReport.NONE.oddities(),
                seen.reusedWhole(),
                seen.reusedBroken(),
                seen.whole(),
                seen.broken());
        FrameCounts frames =
                FrameCounts.of(Map.of(Decoded.SEGMENT, seen.segments(), Decoded.LATER_FRAGMENT, seen.unread()));
        return new Study(
                new StudyReport(frames, TimeUnit.NANOSECONDS.toMillis(seen.nanos()), tracked),
                1,
                isComplete() ? 0 : 1,
                roundTrips(),
                rejected());
    }

    /**
     * Packets that were not read do not count against it: a segment in fragments is known by its first, and IPv6 extension headers are those of multicast
     * reports, which every host with IPv6 sees, hardly ever of TCP.
     */
    boolean isComplete() {
        return seen.lost() == 0;
    }

    private AgeCounts rejected() {
        return seen.rejected().of(LateKind.FIN).plus(seen.rejected().of(LateKind.DATA));
    }

    /** How long the connections of a class were watched is known only of all together. */
    private Map<ClosedClass, RoundTripCounts> roundTrips() {
        Map<ClosedClass, RoundTripCounts> roundTrips = new HashMap<>();
        for (LiveClass one : seen.classes()) {
            if (one.ending().isWhole() && one.ended() > 0) {
                AgeCounts late = one.latestNeeding();
                AgeCounts watched = ClassSample.watchedAtLeast(
                        late, one.ended(), seen.whole().watched());
                roundTrips.merge(
                        new ClosedClass(one.ending(), one.roundTrip()),
                        new RoundTripCounts(late, watched),
                        RoundTripCounts::plus);
            }
        }
        return roundTrips;
    }

    /** Which floors follow for the prefixes that sent late segments, as far as these are known. Holds addresses. */
    List<FloorAdvice> prefixAdvice(int most) {
        return prefixes.stream()
                .limit(most)
                .map(row -> {
                    AgeCounts late = row.late().of(LateKind.FIN).plus(row.late().of(LateKind.DATA));
                    return FloorAdvice.of(new ClassSample(
                            row.prefix().toString(),
                            OptionalInt.empty(),
                            late,
                            ClassSample.watchedAtLeast(
                                    late, row.ended(), seen.whole().watched()),
                            isComplete(),
                            rejected()));
                })
                .toList();
    }
}

package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.capture.Frame;
import dev.tidewait.evidence.capture.FrameCounts;
import dev.tidewait.evidence.capture.Segment;
import dev.tidewait.evidence.capture.SegmentDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Studies captures one after the other. Owned by one thread.
 *
 * <p>A capture that begins where the former one ended (as rotated files do) goes on with its connections. One that begins earlier was taken elsewhere or is
 * given twice; before one that begins some seconds later nobody watched for a while. Such a one is studied by itself, and the counts are added.
 */
public final class CaptureStudy {
    /** Segments that may lie between one and its place: several seconds of a busy line, 4 MB. */
    private static final int REORDER_SEGMENTS = 32_768;

    /** How long after close a four-tuple is watched: 2 MSL of RFC 9293. */
    public static final Duration WATCH = Duration.ofMinutes(4);

    /** Clocks that are set by NTP while a capture is rotated. */
    private static final long OVERLAP_NANOS = Duration.ofSeconds(1).toNanos();

    /** Between two files: longer than it takes to begin the next one. What was not captured was not watched. */
    private static final long GAP_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long NANOS_IN_MILLI = 1_000_000;
    private static final long NO_TIME = Long.MIN_VALUE;

    private final int rows;
    private final long key;
    private final Frame frame = new Frame();
    private final Segment segment = new Segment();
    private final Segment earliest = new Segment();
    private final ReorderWindow window;
    private final Map<Decoded, long[]> others = new EnumMap<>(Decoded.class);
    private final TrackCounts counts = new TrackCounts();
    private ConnectionTracker tracker;
    private long segmentCount;
    private long firstNanos = NO_TIME;
    private long lastNanos = NO_TIME;
    private long trackedNanos = NO_TIME;
    private long spanMillis;

    /**
     * @param rows four-tuples that are followed at once; 140 bytes each
     * @param key any number that whoever wrote the captures does not know
     */
    public CaptureStudy(int rows, long key) {
        this(rows, REORDER_SEGMENTS, key);
    }

    CaptureStudy(int rows, int reorderSegments, long key) {
        this.window = new ReorderWindow(reorderSegments);
        this.rows = rows;
        this.key = key;
        for (Decoded what : Decoded.values()) {
            others.put(what, new long[1]);
        }
        this.tracker = newTracker();
    }

    /**
     * Reads one capture to its end.
     *
     * @throws CaptureException if it is damaged or cut off; what came before is counted
     */
    public void read(CaptureReader reader) throws IOException {
        boolean first = true;
        while (reader.next(frame)) {
            Decoded decoded = SegmentDecoder.decode(frame, segment);
            if (decoded != Decoded.SEGMENT) {
                count(decoded);
                continue;
            }
            segmentCount++;
            if (first && lastNanos != NO_TIME && !goesOn(segment.timeNanos())) {
                endPart();
            }
            first = false;
            take();
        }
    }

    /** Whether a file that begins then goes on with what was read before it. One that begins no later than that did is the same again, however short. */
    private boolean goesOn(long nanos) {
        return nanos > firstNanos && nanos >= lastNanos - OVERLAP_NANOS && nanos <= lastNanos + GAP_NANOS;
    }

    /** What was seen until now; the study can not go on. */
    public StudyReport finish() {
        endPart();
        Map<Decoded, Long> frames = new EnumMap<>(Decoded.class);
        others.forEach((what, count) -> frames.put(what, count[0]));
        frames.put(Decoded.SEGMENT, segmentCount);
        return new StudyReport(FrameCounts.of(frames), spanMillis, counts.snapshot());
    }

    private void count(Decoded what) {
        long[] count = others.get(what);
        if (count != null) { // each has one
            count[0]++;
        }
    }

    private void take() {
        long time = segment.timeNanos();
        if (time < trackedNanos) {
            counts.outOfOrder++;
            return;
        }
        firstNanos = firstNanos == NO_TIME ? time : Math.min(firstNanos, time);
        lastNanos = Math.max(lastNanos, time);
        if (window.isFull()) {
            if (time < window.firstNanos()) {
                trackedNanos = time;
                tracker.accept(segment);
                return;
            }
            track();
        }
        window.add(segment);
    }

    private void track() {
        window.removeFirst(earliest);
        trackedNanos = earliest.timeNanos();
        tracker.accept(earliest);
    }

    private void endPart() {
        while (window.size() > 0) {
            track();
        }
        if (lastNanos != NO_TIME) {
            tracker.finish(lastNanos);
            spanMillis += (lastNanos - firstNanos) / NANOS_IN_MILLI;
        }
        firstNanos = NO_TIME;
        lastNanos = NO_TIME;
        trackedNanos = NO_TIME;
        tracker = newTracker();
    }

    private ConnectionTracker newTracker() {
        return new ConnectionTracker(new ConnectionTracker.Limits(rows, WATCH), counts, key);
    }
}

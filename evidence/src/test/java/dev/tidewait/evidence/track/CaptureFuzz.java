package dev.tidewait.evidence.track;

import dev.tidewait.evidence.capture.CaptureException;
import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.capture.Decoded;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * What Jazzer calls with bytes of its own making: whatever a file holds, the only failure is a {@link CaptureException}, and the counts agree with each other.
 * {@link CaptureFuzzTest} runs it for some seconds; its comment says how to run it longer.
 */
public final class CaptureFuzz {
    /** Few, so that rows are given up. */
    private static final int ROWS = 5;

    private static final int REORDER_SEGMENTS = 3;

    private CaptureFuzz() {}

    /** Jazzer's entry (libFuzzer's {@code LLVMFuzzerTestOneInput}). */
    public static void fuzzerTestOneInput(byte[] file) throws IOException {
        CaptureStudy study = new CaptureStudy(ROWS, REORDER_SEGMENTS, 1);
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file))) {
            study.read(reader);
        } catch (CaptureException e) {
            // Said so.
        }
        StudyReport report = study.finish();
        TrackReport tracked = report.tracked();
        require(
                report.frames().get(Decoded.SEGMENT)
                        == tracked.segments() + tracked.oddities().outOfOrder(),
                "each segment is looked at or out of order",
                report);
        require(
                tracked.lateAfterGraceful().connectionCount()
                                == tracked.graceful().total()
                        && tracked.lateAfterReset().connectionCount()
                                == tracked.reset().total(),
                "each close has a watch",
                report);
        TrackReport.Unfinished unfinished = tracked.unfinished();
        require(
                tracked.openings().connections()
                        == tracked.graceful().total()
                                + tracked.reset().total()
                                + unfinished.open()
                                + unfinished.halfClosed()
                                + unfinished.replaced(),
                "each connection has one end",
                report);
        require(
                tracked.lateAfterGraceful().latest().total()
                        <= tracked.graceful().total(),
                "no more late connections than closed ones",
                report);
    }

    private static void require(boolean holds, String what, StudyReport report) {
        if (!holds) {
            throw new AssertionError(what + ": " + report);
        }
    }
}

package dev.tidewait.lab.study;

import com.sun.management.ThreadMXBean;
import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.evidence.track.StudyReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * A study of a generated capture, measured by the thread that makes both: one core. Immutable.
 *
 * @param bytes of the capture
 * @param seconds the study took, without what it takes to make the capture; above zero
 * @param allocatedBytes by the study, from beginning to end
 * @param report what it found
 * @param connections that were made
 * @param lateFins that were made
 */
public record GeneratedStudy(
        long bytes, double seconds, long allocatedBytes, StudyReport report, long connections, long lateFins) {
    private static final int CHUNK_BYTES = 1 << 20;
    /** So much is made before making is timed: by then the JIT compiler is done with it. */
    private static final long WARM_UP_BYTES = 300_000_000;

    private static final double NANOS_IN_SECOND = 1e9;

    /**
     * Makes the capture twice: once for itself, once for the study. Before that, its beginning.
     *
     * @param bytes of the capture
     * @param connectionsPerSecond in its time
     * @param answerBytes of each connection
     * @param rows four-tuples that are followed at once
     */
    public static GeneratedStudy run(long bytes, int connectionsPerSecond, int answerBytes, int rows)
            throws IOException {
        make(Math.min(bytes, WARM_UP_BYTES), connectionsPerSecond, answerBytes);
        long start = System.nanoTime();
        make(bytes, connectionsPerSecond, answerBytes);
        double makingSeconds = (System.nanoTime() - start) / NANOS_IN_SECOND;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        start = System.nanoTime();
        CaptureStudy study = new CaptureStudy(rows, start);
        GeneratedCapture capture = new GeneratedCapture(bytes, connectionsPerSecond, answerBytes);
        try (CaptureReader reader = CaptureReader.of(capture)) {
            study.read(reader);
        }
        StudyReport report = study.finish();
        double seconds = own((System.nanoTime() - start) / NANOS_IN_SECOND, makingSeconds);
        return new GeneratedStudy(
                bytes,
                seconds,
                threads.getCurrentThreadAllocatedBytes() - allocated,
                report,
                capture.connectionCount(),
                capture.lateFinCount());
    }

    private static void make(long bytes, int connectionsPerSecond, int answerBytes) {
        GeneratedCapture capture = new GeneratedCapture(bytes, connectionsPerSecond, answerBytes);
        byte[] chunk = new byte[CHUNK_BYTES];
        while (capture.read(chunk, 0, chunk.length) > 0) {
            // Only made.
        }
    }

    /** What is left of a time without that for making. If something held up the making, so that nothing is left: all of it, which is too long rather than too short. */
    static double own(double wholeSeconds, double makingSeconds) {
        return wholeSeconds > makingSeconds ? wholeSeconds - makingSeconds : wholeSeconds;
    }

    /** Capture bytes. */
    public double megabytesPerSecond() {
        return bytes / 1e6 / seconds;
    }

    /** Each connection and each late segment was found, and no other. */
    public boolean isTrue() {
        return report.tracked().graceful().total() == connections
                && report.tracked().lateAfterGraceful().segments().all().total() == 2 * lateFins
                && report.tracked().unfinished().letGo() == 0;
    }
}

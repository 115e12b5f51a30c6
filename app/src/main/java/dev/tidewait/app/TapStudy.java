package dev.tidewait.app;

import dev.tidewait.app.study.Study;
import dev.tidewait.app.study.TapReport;
import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.capture.TapReader;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.linux.NetworkDevice;
import dev.tidewait.linux.PacketTap;
import dev.tidewait.linux.PortSample;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What {@code tidewait study --live} does where the kernel takes no BPF programs: studies a sample of the packets of a device as they pass, like a
 * capture of them. Used by the main thread.
 */
final class TapStudy {
    /** Four-tuples of the sample that are followed at once; 140 bytes each. */
    private static final int ROWS = 500_000;

    private static final long LOOK_MILLIS = 100;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String device;
    private final int share;
    private final PacketTap tap;
    private final Until until;

    private TapStudy(String device, int share, PacketTap tap, Until until) {
        this.device = device;
        this.share = share;
        this.tap = tap;
        this.until = until;
    }

    /**
     * Taps from now on.
     *
     * @throws dev.tidewait.linux.LinuxException if there is no such device, or a right is missing
     */
    static TapStudy open(String device, int share, Duration length, StopRequest stop) {
        PortSample sample = new PortSample(share, RANDOM.nextInt(share));
        PacketTap tap = PacketTap.open(NetworkDevice.find(device), sample);
        return new TapStudy(device, share, tap, new Until(System.nanoTime() + length.toNanos(), stop));
    }

    /** Until its time is over; once. */
    TapReport run() throws IOException {
        CaptureStudy study = new CaptureStudy(ROWS, RANDOM.nextLong());
        try (CaptureReader reader = new TapReader(tap, until)) {
            study.read(reader);
            long lost = tap.dropped();
            return new TapReport(new Study(study.finish(), 1, lost > 0 ? 1 : 0), device, share, lost);
        }
    }

    /** The end of the time, or a signal. */
    private static final class Until implements TapReader.Patience {
        private final long endNanos;
        private final StopRequest stop;
        private boolean stopped;

        Until(long endNanos, StopRequest stop) {
            this.endNanos = endNanos;
            this.stop = stop;
        }

        @Override
        public void await() throws InterruptedException {
            long millis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
            stopped |= stop.await(Math.clamp(millis, 1, LOOK_MILLIS));
        }

        @Override
        public boolean isOver() {
            return stopped || System.nanoTime() - endNanos >= 0;
        }
    }
}

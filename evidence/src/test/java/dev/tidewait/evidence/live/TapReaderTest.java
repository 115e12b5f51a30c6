package dev.tidewait.evidence.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.capture.TapReader;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.evidence.track.StudyReport;
import dev.tidewait.linux.NetworkDevice;
import dev.tidewait.linux.PacketTap;
import dev.tidewait.linux.PortSample;
import dev.tidewait.linux.fixture.Await;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Known late segments on real connections over veth, as a tap of the device sees them: where the kernel takes no BPF programs. */
@Timeout(120)
final class TapReaderTest {
    /** It is over at once: the reader takes what is there. */
    private static final TapReader.Patience NONE = new TapReader.Patience() {
        @Override
        public void await() {}

        @Override
        public boolean isOver() {
            return true;
        }
    };

    private final LiveBed bed = new LiveBed();

    @AfterEach
    void end() {
        bed.close();
    }

    private PacketTap tap(PortSample sample) {
        return bed.host.call(() -> PacketTap.open(NetworkDevice.find(LiveBed.DEVICE), sample));
    }

    private static StudyReport study(PacketTap tap) throws IOException {
        CaptureStudy study = new CaptureStudy(1_000, 1);
        try (TapReader reader = new TapReader(tap, NONE)) {
            study.read(reader);
            assertThat(tap.dropped()).isZero();
        }
        return study.finish();
    }

    @Test
    void shouldCountLateSegmentsByKindAndAge() throws IOException {
        for (boolean overIpv6 : new boolean[] {false, true}) {
            int port = overIpv6 ? 20_002 : 20_001;
            PacketTap tap = tap(PortSample.all());
            bed.connect(port, overIpv6).hostFirst();
            long endedNanos = bed.awaitEnd(port);
            bed.copies.again(port, "F");
            Await.moment(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(150));
            bed.copies.again(port, "D");
            long late = Await.until(() -> fromPeer(port, endedNanos), count -> count >= 3);
            LateSample sample = study(tap).tracked().lateAfterGraceful();
            assertThat(sample.connectionCount()).isEqualTo(1);
            assertThat(sample.segments().of(LateKind.FIN).total()).isEqualTo(1);
            assertThat(sample.segments().of(LateKind.DATA).total()).isEqualTo(1);
            assertThat(sample.segments().of(LateKind.DATA).laterThan(100)).isEqualTo(1);
            assertThat(sample.segments().of(LateKind.FIN).laterThan(100)).isZero();
            assertThat(sample.segments().all().total()).isGreaterThanOrEqualTo(late);
        }
    }

    /** The copies, and the RST that answers the host's ACK of one. */
    private long fromPeer(int port, long endedNanos) {
        return bed.copies.frames(port).stream()
                .filter(frame -> frame.fromPeer() && frame.nanos() > endedNanos)
                .count();
    }

    @Test
    void shouldTakeWholeConnectionsOfTheSampleAndNoOthers() throws IOException {
        PortSample sample = new PortSample(4, 2);
        PacketTap tap = tap(sample);
        int expected = 0;
        for (int port = 21_000; port < 21_032; port++) {
            bed.connect(port, port % 4 < 2).hostFirst();
            bed.awaitEnd(port);
            expected += sample.contains(port, LiveBed.SERVER_PORT) ? 1 : 0;
        }
        StudyReport report = study(tap);
        assertThat(expected).isEqualTo(8);
        assertThat(report.tracked().openings().handshakes()).isEqualTo(expected);
        assertThat(report.tracked().graceful().total()).isEqualTo(expected);
        assertThat(report.frames().total()).isEqualTo(report.tracked().segments());
    }
}

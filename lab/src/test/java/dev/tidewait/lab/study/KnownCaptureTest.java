package dev.tidewait.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidewait.evidence.capture.CaptureException;
import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.capture.Decoded;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.evidence.track.StudyReport;
import dev.tidewait.evidence.track.TrackReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files written byte by byte, in each format that the reader knows. */
final class KnownCaptureTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress SERVER = InetAddress.ofLiteral("198.51.100.9");
    private static final InetAddress CLIENT6 = InetAddress.ofLiteral("2001:db8::7");
    private static final InetAddress SERVER6 = InetAddress.ofLiteral("2001:db8:1::9");
    private static final int WHOLE = 262_144;
    private static final int ROWS = 10_000;
    /** From the first segment of {@link Known#LATE_FIN} to the last. */
    private static final long FILE_MICROS = 770_500;

    @ParameterizedTest
    @EnumSource
    void shouldCountWhatIsTrue(Known course) throws IOException {
        assertThat(totals(CaptureBytes.pcap(course.segments(CLIENT, SERVER)))).isEqualTo(course.truth());
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadEveryLinkType(LinkForm link) throws IOException {
        for (List<ScriptedSegment> script :
                List.of(Known.allSegments(CLIENT, SERVER), Known.allSegments(CLIENT6, SERVER6))) {
            for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
                for (boolean nanos : new boolean[] {true, false}) {
                    assertThat(totals(CaptureBytes.pcap(script, link, order, nanos, WHOLE)))
                            .isEqualTo(Known.allTruth());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"6", "9", "3", "12", "0x80", "0x94", "0xa8"})
    void shouldReadPcapngOfEveryResolution(String text) throws IOException {
        int resolution = Integer.decode(text);
        boolean coarse = resolution == 3 || resolution == 0x80;
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            if (coarse) {
                assertCoarseTimes(order, resolution);
            } else {
                byte[] file = CaptureBytes.pcapng(Known.allSegments(CLIENT, SERVER), order, resolution);
                assertThat(totals(file)).isEqualTo(Known.allTruth());
            }
        }
    }

    /** Order is lost within a unit; nothing may break, every packet is read, and the last one, which is of the coarse interface, has its time. */
    private static void assertCoarseTimes(ByteOrder order, int resolution) throws IOException {
        List<ScriptedSegment> script = new ArrayList<>(Known.allSegments(CLIENT, SERVER));
        assertThat(script.size()).as("the next is of the first interface").isEven();
        script.add(script.getFirst().at(5_000_700));
        StudyReport report = study(CaptureBytes.pcapng(script, order, resolution));
        assertThat(report.tracked().segments()).isEqualTo(script.size());
        // CaptureBytes rounds down to milliseconds, and up to seconds.
        assertThat(report.spanMillis()).isEqualTo(resolution == 3 ? 5_000 : 6_000);
    }

    @Test
    void shouldReadGzipAlsoInSeveralMembers() throws IOException {
        byte[] file = CaptureBytes.pcap(Known.allSegments(CLIENT, SERVER));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        zipped.writeBytes(gzip(Arrays.copyOf(file, 1_000)));
        zipped.writeBytes(gzip(Arrays.copyOfRange(file, 1_000, file.length)));
        assertThat(totals(zipped.toByteArray())).isEqualTo(Known.allTruth());
    }

    @Test
    void shouldPutSegmentsInOrder() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            List<ScriptedSegment> shuffled = new ArrayList<>(Known.allSegments(CLIENT, SERVER));
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(totals(CaptureBytes.pcap(shuffled))).isEqualTo(Known.allTruth());
        }
    }

    @Test
    void shouldNeedTheHeadersOnly() throws IOException {
        List<ScriptedSegment> script = Known.allSegments(CLIENT, SERVER);
        int headers = 14 + 20 + 14; // as far as TCP's flags
        assertThat(totals(CaptureBytes.pcap(script, LinkForm.ETHERNET, ByteOrder.LITTLE_ENDIAN, false, headers)))
                .isEqualTo(Known.allTruth());
        StudyReport cut =
                study(CaptureBytes.pcap(script, LinkForm.ETHERNET, ByteOrder.LITTLE_ENDIAN, false, headers - 1));
        assertThat(cut.frames().get(Decoded.CUT_SHORT)).isEqualTo(script.size());
        assertThat(cut.tracked()).isEqualTo(TrackReport.NONE);
    }

    @Test
    void shouldTellWhoClosedFirstAndWhoUsedAHalfClose() throws IOException {
        TrackReport report =
                study(CaptureBytes.pcap(Known.allSegments(CLIENT, SERVER))).tracked();
        assertThat(report.graceful().byOpener()).isEqualTo(7);
        assertThat(report.graceful().byUnknown()).isEqualTo(1);
        assertThat(report.reset().byOpener()).isEqualTo(1);
        assertThat(report.reset().byAcceptor()).isEqualTo(1);
        assertThat(report.openings().refused()).isEqualTo(1);
        assertThat(report.openings().midStream()).isEqualTo(1);
        assertThat(report.oddities().halfCloseUses()).isEqualTo(1);
    }

    @Test
    void shouldGoOnWithTheConnectionsOfARotatedCapture() throws IOException {
        List<ScriptedSegment> script = Known.allSegments(CLIENT, SERVER);
        CaptureStudy study = new CaptureStudy(ROWS, 1);
        for (List<ScriptedSegment> part :
                List.of(script.subList(0, 60), script.subList(60, 61), script.subList(61, script.size()))) {
            study.read(CaptureReader.of(new ByteArrayInputStream(CaptureBytes.pcap(part))));
        }
        assertThat(Totals.of(study.finish().tracked())).isEqualTo(Known.allTruth());
    }

    @Test
    void shouldStudyACaptureOfTheSameTimeByItself() throws IOException {
        byte[] file = CaptureBytes.pcap(Known.LATE_FIN.segments(CLIENT, SERVER));
        byte[] long2 = CaptureBytes.pcap(Known.LATE_DATA.segments(CLIENT, SERVER));
        CaptureStudy study = new CaptureStudy(ROWS, 1);
        study.read(CaptureReader.of(new ByteArrayInputStream(long2)));
        study.read(CaptureReader.of(new ByteArrayInputStream(file)));
        assertThat(Totals.of(study.finish().tracked()))
                .isEqualTo(Known.LATE_DATA.truth().plus(Known.LATE_FIN.truth()));
    }

    @Test
    void shouldStudyACaptureThatIsGivenTwiceTwice() throws IOException {
        byte[] shorterThanASecond = CaptureBytes.pcap(Known.LATE_FIN.segments(CLIENT, SERVER));
        StudyReport report = study(shorterThanASecond, shorterThanASecond);
        assertThat(Totals.of(report.tracked())).isEqualTo(Known.LATE_FIN.truth().plus(Known.LATE_FIN.truth()));
        assertThat(report.spanMillis()).isEqualTo(2 * (FILE_MICROS / 1_000));
    }

    /** The first connection closes 0.75 s before its file ends; the second file is as long as the first. */
    @ParameterizedTest
    @CsvSource({"86400000000, false", "6000000, false", "4000000, true"})
    void shouldWatchNothingWhileNobodyCaptured(long gapMicros, boolean goesOn) throws IOException {
        List<ScriptedSegment> later = Known.LATE_FIN.segments(SERVER, CLIENT).stream()
                .map(segment -> segment.at(FILE_MICROS + gapMicros + segment.micros()))
                .toList();
        StudyReport report =
                study(CaptureBytes.pcap(Known.LATE_FIN.segments(CLIENT, SERVER)), CaptureBytes.pcap(later));
        AgeCounts watched = report.tracked().lateAfterGraceful().watched();
        assertThat(watched.laterThan(700)).isEqualTo(2);
        assertThat(watched.laterThan(800)).isEqualTo(goesOn ? 1 : 0);
        assertThat(watched.laterThan(5_000)).isEqualTo(goesOn ? 1 : 0);
        assertThat(report.spanMillis())
                .isEqualTo(goesOn ? (2 * FILE_MICROS + gapMicros) / 1_000 : 2 * (FILE_MICROS / 1_000));
    }

    /** The opener's end has begun anew, and what it sent before comes after its new SYN, before anybody answered that. */
    @Test
    void shouldCountWhatTheOpenerSentBeforeItBeganAnew() throws IOException {
        InetSocketAddress client = new InetSocketAddress(CLIENT, 40_001);
        InetSocketAddress server = new InetSocketAddress(SERVER, 80);
        Conversation former = new Conversation(client, server, 1_000_000);
        former.open(0).data(10_000, true, 300).close(20_000, true);
        Conversation next = new Conversation(client, server, 5_000_000);
        next.syn(500_000);
        former.repeatFirst(500_100, 3);
        List<ScriptedSegment> script = Stream.of(former, next)
                .flatMap(one -> one.segments().stream())
                .sorted(Comparator.comparingLong(ScriptedSegment::micros))
                .toList();
        TrackReport.Oddities oddities =
                study(CaptureBytes.pcap(script)).tracked().oddities();
        assertThat(oddities.intoNewIncarnation()).isEqualTo(1);
        assertThat(oddities.staleAnswers()).isZero();
    }

    @Test
    void shouldKeepItsBoundWhenThereAreTooManyAtOnce() throws IOException {
        List<ScriptedSegment> script = Known.allSegments(CLIENT, SERVER);
        CaptureStudy study = new CaptureStudy(2, 1);
        study.read(CaptureReader.of(new ByteArrayInputStream(CaptureBytes.pcap(script))));
        TrackReport report = study.finish().tracked();
        assertThat(report.segments()).isEqualTo(script.size());
        assertThat(report.unfinished().letGo()).isPositive();
    }

    @Test
    void shouldCountWhatCameBeforeTheFileBreaksOff() throws IOException {
        List<ScriptedSegment> script = Known.allSegments(CLIENT, SERVER);
        assertEveryWholePacketCounts(CaptureBytes::pcap, script);
        assertEveryWholePacketCounts(part -> CaptureBytes.pcapng(part, ByteOrder.LITTLE_ENDIAN, 6), script);
    }

    /** Breaks off behind each packet, one byte before its end, and every 97 bytes. */
    private static void assertEveryWholePacketCounts(
            Function<List<ScriptedSegment>, byte[]> write, List<ScriptedSegment> script) throws IOException {
        NavigableSet<Integer> ends = ends(write, script);
        NavigableSet<Integer> lengths = new TreeSet<>(ends);
        ends.forEach(end -> lengths.add(end - 1));
        byte[] file = write.apply(script);
        for (int length = 4; length < file.length; length += 97) {
            lengths.add(length);
        }
        for (int length : lengths) {
            Broken broken = Broken.read(Arrays.copyOf(file, length));
            assertThat(broken.segments())
                    .as("whole packets in %d bytes", length)
                    .isEqualTo(wholePackets(ends, length));
            if (ends.contains(length)) {
                assertThat(broken.problem()).as("at the end of a packet").isEmpty();
            } else {
                assertThat(broken.problem()).as("in the middle").startsWith("it ends in the middle of ");
            }
        }
    }

    @Test
    void shouldCountWhatCameBeforeACompressedFileBreaksOff() throws IOException, DataFormatException {
        List<ScriptedSegment> script = Known.allSegments(CLIENT, SERVER);
        NavigableSet<Integer> ends = ends(CaptureBytes::pcap, script);
        byte[] file = gzip(CaptureBytes.pcap(script));
        for (int length = 4; length < file.length; length += 97) {
            byte[] part = Arrays.copyOf(file, length);
            Broken broken = Broken.read(part);
            assertThat(broken.segments())
                    .as("whole packets in %d bytes", length)
                    .isEqualTo(wholePackets(ends, inflatedBytes(part)));
            assertThat(broken.problem()).startsWith("its gzip ");
        }
    }

    /** Where each packet ends in the file, the first number being the end of what comes before the first. */
    private static NavigableSet<Integer> ends(
            Function<List<ScriptedSegment>, byte[]> write, List<ScriptedSegment> script) {
        NavigableSet<Integer> ends = new TreeSet<>();
        for (int packets = 0; packets <= script.size(); packets++) {
            ends.add(write.apply(script.subList(0, packets)).length);
        }
        return ends;
    }

    private static int wholePackets(NavigableSet<Integer> ends, int length) {
        return Math.max(0, ends.headSet(length, true).size() - 1);
    }

    /** What zlib makes of the beginning of a file, by itself. */
    private static int inflatedBytes(byte[] gzipped) throws DataFormatException {
        int header = 10; // RFC 1952, without a name
        if (gzipped.length <= header) {
            return 0;
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(gzipped, header, gzipped.length - header);
            byte[] bytes = new byte[1 << 16];
            int total = 0;
            for (int made = inflater.inflate(bytes); made > 0; made = inflater.inflate(bytes)) {
                total += made;
            }
            return total;
        } finally {
            inflater.end();
        }
    }

    /**
     * A file that was read as far as it goes. Immutable.
     *
     * @param segments that were looked at
     * @param problem what was said about it, or nothing
     */
    private record Broken(long segments, String problem) {
        static Broken read(byte[] file) throws IOException {
            CaptureStudy study = new CaptureStudy(ROWS, 1);
            String problem = "";
            try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file))) {
                study.read(reader);
            } catch (CaptureException e) {
                problem = String.valueOf(e.getMessage());
            }
            return new Broken(study.finish().tracked().segments(), problem);
        }
    }

    /** The tests of the command line read it too. */
    @Test
    void shouldBeTheFileThatTheCommandIsTestedWith() throws IOException {
        assertThat(Files.readAllBytes(Path.of("../app/src/test/resources/dev/tidewait/app/known.pcap")))
                .isEqualTo(CaptureBytes.pcap(Known.allSegments(CLIENT, SERVER)));
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() {
        assertThat(problem(new byte[0])).contains("it is empty");
        assertThat(problem(new byte[] {1, 2, 3})).contains("only 3 bytes");
        assertThat(problem("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)))
                .contains("it is no capture: it begins with the bytes 47455420");
        byte[] huge = CaptureBytes.pcap(Known.LATE_FIN.segments(CLIENT, SERVER));
        huge[24 + 8 + 3] = 0x7f;
        assertThat(problem(huge)).contains("damaged at byte 24", "a packet of 21");
    }

    private static String problem(byte[] file) {
        CaptureException problem = catchThrowableOfType(CaptureException.class, () -> study(file));
        return String.valueOf(problem.getMessage());
    }

    private static Totals totals(byte[] file) throws IOException {
        return Totals.of(study(file).tracked());
    }

    private static StudyReport study(byte[]... files) throws IOException {
        CaptureStudy study = new CaptureStudy(ROWS, 1);
        for (byte[] file : files) {
            try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file))) {
                study.read(reader);
            }
        }
        return study.finish();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }
}

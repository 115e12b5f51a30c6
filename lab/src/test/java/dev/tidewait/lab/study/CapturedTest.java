package dev.tidewait.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.track.CaptureStudy;
import dev.tidewait.lab.NeedsRoot;
import dev.tidewait.linux.fixture.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Known courses of TCP sent over a wire, captured by tcpdump in every way it knows: the study, tshark and the truth agree. */
@NeedsRoot
@Timeout(120)
final class CapturedTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress SERVER = InetAddress.ofLiteral("198.51.100.9");
    private static final InetAddress CLIENT6 = InetAddress.ofLiteral("2001:db8::7");
    private static final InetAddress SERVER6 = InetAddress.ofLiteral("2001:db8:1::9");

    /** Ethernet's type for local experiments (IEEE 802), with words that nothing else has. */
    private static final byte[] MARK =
            "the wire is quiet now, and nothing comes after this".getBytes(StandardCharsets.US_ASCII);

    private static final String EXPERIMENT = "ffffffffffff02000000000088b5";

    /** Sends lines of "microseconds hex" at their times. */
    private static final String SENDER = """
            import socket, sys, time
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            wire.bind((sys.argv[1], 0))
            start = time.monotonic()
            for line in sys.stdin:
                micros, frame = line.split()
                left = start + int(micros) / 1e6 - time.monotonic()
                if left > 0:
                    time.sleep(left)
                wire.send(bytes.fromhex(frame))
            """;

    @TempDir
    private Path folder;

    private Host sender;
    private Host receiver;

    /** Nobody has an address, so that nobody answers. */
    @BeforeEach
    void layTheWire() {
        sender = Host.start("sender");
        receiver = Host.start("receiver");
        for (Host host : List.of(sender, receiver)) {
            host.sysctl("net.ipv6.conf.default.disable_ipv6", "1");
        }
        sender.ip("link add wire0 type veth peer name wire1 netns " + receiver.threadId());
        sender.ip("link set wire0 up");
        receiver.ip("link set wire1 up");
    }

    @AfterEach
    void takeTheWireAway() {
        sender.close();
        receiver.close();
    }

    @Test
    void shouldCountEachCourseAsItWas() throws Exception {
        for (Known course : Known.values()) {
            Map<String, Path> files = capture(
                    course.segments(CLIENT, SERVER), LinkForm.ETHERNET, Map.of(course.name(), List.of("-i", "wire1")));
            check(files.values(), course.truth());
        }
    }

    @Test
    void shouldReadEveryFormThatTcpdumpWrites() throws Exception {
        Map<String, List<String>> ways = new LinkedHashMap<>();
        ways.put("micros", List.of("-i", "wire1"));
        ways.put("nanos", List.of("-i", "wire1", "--time-stamp-precision=nano"));
        ways.put("truncated", List.of("-i", "wire1", "-s", "54"));
        ways.put("any-sll2", List.of("-i", "any", "-y", "LINUX_SLL2"));
        ways.put("any-sll", List.of("-i", "any", "-y", "LINUX_SLL"));
        Map<String, Path> files = capture(Known.allSegments(CLIENT, SERVER), LinkForm.ETHERNET, ways);
        Path micros = files.getOrDefault("micros", folder);
        for (String format : List.of("pcapng", "nsecpcap")) {
            Path converted = folder.resolve("converted." + format);
            Tool.run("editcap", "-F", format, micros.toString(), converted.toString());
            files.put(format, converted);
        }
        Path merged = folder.resolve("merged.pcapng"); // two interfaces
        Path half = folder.resolve("half.pcap");
        Path rest = folder.resolve("rest.pcap");
        Tool.run("editcap", "-r", micros.toString(), half.toString(), "1-40");
        Tool.run("editcap", micros.toString(), rest.toString(), "1-40");
        Tool.run("mergecap", "-I", "none", "-w", merged.toString(), half.toString(), rest.toString());
        files.put("merged", merged);
        files.put("gzip", gzip(micros));
        check(files.values(), Known.allTruth());
        assertThat(study(shuffled(micros))).as("out of order").isEqualTo(Known.allTruth());
    }

    @Test
    void shouldReadTaggedFramesAndIpv6() throws Exception {
        Map<String, List<String>> way = Map.of("tagged", List.of("-i", "wire1"));
        check(capture(Known.allSegments(CLIENT, SERVER), LinkForm.VLAN, way).values(), Known.allTruth());
        check(capture(Known.allSegments(CLIENT, SERVER), LinkForm.QINQ, way).values(), Known.allTruth());
        check(
                capture(Known.allSegments(CLIENT6, SERVER6), LinkForm.ETHERNET, way)
                        .values(),
                Known.allTruth());
        check(capture(Known.allSegments(CLIENT6, SERVER6), LinkForm.VLAN, way).values(), Known.allTruth());
    }

    private static void check(Iterable<Path> files, Totals truth) throws IOException, InterruptedException {
        for (Path file : files) {
            assertThat(study(file)).as("study of %s", file).isEqualTo(truth);
            assertThat(TsharkCount.of(file)).as("tshark of %s", file).isEqualTo(truth);
        }
    }

    private static Totals study(Path file) throws IOException {
        CaptureStudy study = new CaptureStudy(1_000, 1);
        try (CaptureReader reader = CaptureReader.of(Files.newInputStream(file))) {
            study.read(reader);
        }
        return Totals.of(study.finish().tracked());
    }

    /** Captures one sending in several ways at once. */
    private Map<String, Path> capture(List<ScriptedSegment> script, LinkForm link, Map<String, List<String>> ways)
            throws Exception {
        Map<String, Path> files = new LinkedHashMap<>();
        List<Tcpdump> running = new ArrayList<>();
        try {
            for (Map.Entry<String, List<String>> way : ways.entrySet()) {
                Path file = folder.resolve(way.getKey() + files.size() + link + ".pcap");
                running.add(Tcpdump.start(receiver, file, way.getValue().toArray(new String[0])));
                files.put(way.getKey(), file);
            }
            send(script, link);
            for (Tcpdump one : running) {
                one.stopAfter(Arrays.copyOf(MARK, 40));
            }
        } finally {
            running.forEach(Tcpdump::close);
        }
        return files;
    }

    private void send(List<ScriptedSegment> script, LinkForm link) throws Exception {
        Process process = Tool.startIn(sender, "python3", "-c", SENDER, "wire0");
        long last = 0;
        try (OutputStream out = process.getOutputStream()) {
            for (ScriptedSegment segment : script) {
                String frame = HexFormat.of().formatHex(Frames.of(segment, link));
                out.write((segment.micros() + " " + frame + "\n").getBytes(StandardCharsets.US_ASCII));
                last = segment.micros();
            }
            String mark = EXPERIMENT + HexFormat.of().formatHex(MARK);
            out.write((last + 1_000 + " " + mark + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError("the sender failed: "
                    + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private Path gzip(Path file) throws IOException {
        Path zipped = folder.resolve("zipped.pcap.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(file, out);
        }
        return zipped;
    }

    /** The records of a file in another order. */
    private Path shuffled(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        byte[] header = new byte[24];
        bytes.get(header);
        while (bytes.hasRemaining()) {
            byte[] record = new byte[16 + bytes.getInt(bytes.position() + 8)];
            bytes.get(record);
            records.add(record);
        }
        Collections.shuffle(records, new Random(8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        records.forEach(out::writeBytes);
        return Files.write(folder.resolve("shuffled.pcap"), out.toByteArray());
    }
}

package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait study}: its command line and what it prints. The capture is made, and its truth known, in the lab's tests. */
class StudyCommandTest {
    @TempDir
    private Path folder;

    private Path capture = Path.of("none");

    @BeforeEach
    void copyCapture() throws IOException {
        capture = Files.write(folder.resolve("known.pcap"), known());
    }

    static byte[] known() throws IOException {
        try (InputStream in = Objects.requireNonNull(StudyCommandTest.class.getResourceAsStream("known.pcap"))) {
            return in.readAllBytes();
        }
    }

    @Test
    void shouldPrintATable() {
        String out = study(capture.toString());

        assertThat(out)
                .contains("Read           1 capture over ")
                .contains(
                        "Connections    10: 9 from their handshake on, 1 from their middle; besides, attempts: 1 refused")
                .contains("Closed by FIN  8: first the opener 7, the other end 0, not known 1")
                .contains("Closed by RST  2: first the opener 1, the other end 1, not known 0")
                .contains(
                        "Reused         2 four-tuples: 2 after FIN, 0 after RST; the youngest at an age of at most 0.4 s")
                .contains(
                        "After both FINs were acknowledged: 8 connections, 11 late segments (3 FIN, 2 DATA, 5 ACK, 1 SYN)")
                .contains("one connection in 10,000: not known. ")
                .contains("  all connections: keep the default. 29,9");
        assertThat(out.lines().filter(line -> line.matches(" +0\\.5 s +6 +3 +50\\.0 % +84\\.7 % +2 +72\\.9 %")))
                .hasSize(1);
        assertThat(out.lines().filter(line -> line.matches(" +120 s .*"))).hasSize(2);
    }

    @Test
    void shouldWriteJsonThatCanBeMergedAndHoldsNoAddresses() throws IOException {
        String json = study("--json", capture.toString());
        assertThat(json)
                .contains("\"format\" : \"tidewait-study\"")
                .doesNotContain("192.0.2", "198.51", "40001", "known.pcap");
        Path one = Files.writeString(folder.resolve("one.json"), json);

        assertThat(study("--json", one.toString())).isEqualTo(json);
        String both = study("--json", one.toString(), capture.toString(), one.toString());
        assertThat(number(both, "captures")).isEqualTo(3);
        for (String field : new String[] {"handshakes", "byOpener", "segments", "spanMillis", "halfCloseUses"}) {
            assertThat(number(both, field)).as(field).isEqualTo(3 * number(json, field));
        }
    }

    @Test
    void shouldTellWhatItCouldNotRead() throws IOException {
        byte[] whole = Files.readAllBytes(capture);
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(whole, whole.length - 5));
        Path text = Files.writeString(folder.resolve("notes.txt"), "no capture");
        CommandRun run =
                CommandRun.of("study", cut.toString(), text.toString(), folder + "/missing", folder.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.err())
                .contains("cut.pcap: it ends in the middle of a packet")
                .contains("What comes before that is counted.")
                .contains("notes.txt: it is no capture: it begins with the bytes 6e6f2063")
                .contains("missing: there is no such file.")
                .contains(folder + ": it is a directory.");
        assertThat(run.out()).contains("1 capture could be read only in part");
        assertThat(number(CommandRun.of("study", "--json", cut.toString()).out(), "incompleteCaptures"))
                .isEqualTo(1);
    }

    @Test
    void shouldPutCapturesInOrderAlsoAmongWhatCannotBeRead() throws IOException {
        byte[] whole = Files.readAllBytes(capture);
        int middle = 24; // behind the header of a pcap file
        while (middle < whole.length / 2) {
            middle += 16 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(middle + 8);
        }
        byte[] end = Arrays.copyOfRange(whole, middle - 24, whole.length);
        System.arraycopy(whole, 0, end, 0, 24);
        Path first = Files.write(folder.resolve("first.pcap"), Arrays.copyOf(whole, middle));
        Path second = Files.write(folder.resolve("second.pcap"), end);

        String parts = CommandRun.of("study", "--json", second.toString(), folder + "/missing", first.toString())
                .out();
        assertThat(parts.replace("\"captures\" : 2", "\"captures\" : 1"))
                .isEqualTo(study("--json", capture.toString()));
    }

    @Test
    void shouldRefuseMoreConnectionsThanFitIntoMemory() {
        for (String many : new String[] {"0", "2147483647"}) {
            CommandRun run = CommandRun.of("study", "--connections", many, capture.toString());
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("--connections is 1 to ", ": 140 bytes each, and Java has ");
        }
    }

    @Test
    void shouldFailWhereNothingCouldBeRead() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.pcap"));
        CommandRun run = CommandRun.of("study", empty.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("empty.pcap: it is empty. Give a file written by tcpdump -w");
        assertThat(run.out()).isEmpty();
        assertThat(CommandRun.of("study").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void shouldRefuseWhatIsNoStudy() throws IOException {
        String json = study("--json", capture.toString());
        assertThat(problem("{}")).contains("it is no study that can be merged: it has no \"format\"");
        assertThat(problem("{ \"format\": 3")).contains("it is not JSON");
        assertThat(problem(json.replace("\"version\" : 1", "\"version\" : 7"))).contains("it is of version 7");
        assertThat(problem(json.replace("\"handshakes\" : 9", "\"handshakes\" : -9")))
                .contains("\"handshakes\" is no count: -9");
        assertThat(problem(json.replace("\"watched\" : [ 0,", "\"watched\" : [")))
                .contains("made with other buckets");
        assertThat(problem(json.replace("\"latest\" : [ 0,", "\"latest\" : [ 9,")))
                .contains("more connections had a late segment after 0 ms than were watched for so long");
        assertThat(problem(json.replaceFirst("(\"latestFinOrData\" : \\[[0-9, ]+), 0 \\]", "$1, 1 ]")))
                .contains("more connections had a late FIN or data after 240000 ms than were watched for so long");
        assertThat(problem("[".repeat(5_000))).contains("it is no capture");
        assertThat(problem("{\"a\":".repeat(500))).contains("nested too deeply");
    }

    @Test
    void shouldSayWhereNoLengthWasEnough() throws IOException {
        String json = study("--json", capture.toString())
                .replaceFirst("(\"watched\" : \\[[0-9, ]+), 0 \\]", "$1, 10 ]")
                .replaceFirst("(\"latestFinOrData\" : \\[[0-9, ]+), 0 \\]", "$1, 3 ]");
        Path file = Files.writeString(folder.resolve("late.json"), json);
        assertThat(study(file.toString()))
                .contains("one connection in 10,000: not enough: even after 240 s 3 of 10 had a later one");
        assertThat(study("--json", file.toString())).contains("\"notEnoughMillis\" : 240000");
    }

    private String problem(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("study.json"), json);
        CommandRun run = CommandRun.of("study", file.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        return run.err();
    }

    @Test
    void shouldSayWhyAReportCouldNotBeWritten() {
        CommandRun run = CommandRun.of("study", "--html", folder + "/none/report.html", capture.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("none/report.html could not be written");
    }

    @Test
    void shouldWriteAReportThatNamesNothingOutside() throws IOException {
        Path report = folder.resolve("report.html");
        study("--html", report.toString(), capture.toString());
        String page = Files.readString(report, UTF_8);
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("http:", "https:", "//", "<script", "@import", "url(", "192.0.2", "known.pcap");
        assertThat(page.split("<svg viewBox=\"0 0 760", -1)).hasSize(5 + 1);
    }

    private static String study(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "study";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        CommandRun run = CommandRun.of(all);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        return run.out();
    }

    private static long number(String json, String field) {
        Matcher matcher = Pattern.compile("\"" + field + "\" : ([0-9]+)").matcher(json);
        assertThat(matcher.find()).as(field).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}

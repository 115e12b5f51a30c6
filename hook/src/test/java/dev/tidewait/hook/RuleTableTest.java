package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidewait.linux.BpfObject;
import dev.tidewait.linux.BpfProgram;
import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.KernelTick;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.Decision;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.KernelState;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The BPF programs' rule against the shared table of decisions, every row. Needs root. */
final class RuleTableTest {
    private static final Path TABLE = Path.of("../ports/src/test/resources/dev/tidewait/ports/decisions.tsv");
    private static final List<KernelState> STATES = List.of(KernelState.values());
    private static final List<Decision> DECISIONS = List.of(Decision.values());
    private static final int CASE_BYTES = 144;
    private static final int FLOORS = 48;
    private static final int AGE = 104;
    private static final int STRICT = 112;
    private static final int FLOOR_ANSWER = 120;
    private static final int STATE_ANSWER = 128;
    private static final int SECOND_ANSWER = 132;
    private static final int DECISION_ANSWER = 136;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Capabilities.ofThisThread().has(Capability.SYS_ADMIN), "needs root to run BPF programs");
    }

    @Test
    void shouldAnswerEveryCaseAsTheTableSays() throws IOException {
        List<String> rows = Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        List<String> columns = Arrays.asList(rows.getFirst().split("\t", -1));
        List<String> wrong = new ArrayList<>();
        try (BpfObject object = load();
                Arena arena = Arena.ofConfined()) {
            BpfProgram program = object.program("answer");
            MemorySegment given = arena.allocate(CASE_BYTES, 8);
            for (String row : rows.subList(1, rows.size())) {
                Row cells = new Row(columns, Arrays.asList(row.split("\t", -1)));
                write(given, cells);
                program.run(given);
                String answer = STATES.get(given.get(Layout.INT, STATE_ANSWER)) + " "
                        + given.get(Layout.LONG, FLOOR_ANSWER) + " "
                        + (given.get(Layout.INT, SECOND_ANSWER) == 1 ? "yes" : "no") + " "
                        + DECISIONS.get(given.get(Layout.INT, DECISION_ANSWER));
                String expected = cells.text("state") + " " + cells.text("floorMillis") + " " + cells.text("second")
                        + " " + cells.text("decision");
                if (!answer.equals(expected)) {
                    wrong.add(row + "\n  answered " + answer);
                }
            }
        }
        assertThat(rows).hasSizeGreaterThan(500);
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldKnowTheKernelsTick() throws IOException {
        try (BpfObject object = load();
                Arena arena = Arena.ofConfined()) {
            MemorySegment begin = arena.allocate(16, 8);
            MemorySegment end = arena.allocate(16, 8);
            object.program("now").run(begin);
            Await.moment(begin.get(Layout.LONG, 8) + 500_000_000L);
            object.program("now").run(end);
            double seconds = (end.get(Layout.LONG, 8) - begin.get(Layout.LONG, 8)) / 1e9;
            double perSecond = (end.get(Layout.LONG, 0) - begin.get(Layout.LONG, 0)) / seconds;
            assertThat(perSecond).isBetween(0.95 * KernelTick.perSecond(), 1.05 * KernelTick.perSecond());
        }
    }

    private static BpfObject load() throws IOException {
        try (InputStream in = RuleTableTest.class.getResourceAsStream("rule_test.bpf.o")) {
            BpfObject object = BpfObject.open(
                    Objects.requireNonNull(in, "rule_test.bpf.o was not compiled: clang is missing")
                            .readAllBytes(),
                    "rule_test");
            object.load();
            return object;
        }
    }

    private static void write(MemorySegment given, Row row) {
        given.fill((byte) 0);
        long sent = row.number("sent");
        long received = row.number("received");
        given.set(Layout.INT, 0, Arrays.asList(names(Ending.Close.values())).indexOf(row.text("close")));
        given.set(
                Layout.INT,
                4,
                bit(row.flag("timestamps"), 1)
                        | bit(row.flag("acked"), 2)
                        | bit(row.flag("clocked"), 4)
                        | bit(row.flag("cookie"), 8)
                        | bit(sent >= 0, 16)
                        | bit(received >= 0, 32));
        long[] facts = {row.number("srttMicros"), row.number("rtoMicros"), row.number("durationMillis"), sent, received
        };
        put(given, 8, facts);
        long[] floors = {1_000, 5_000, 15_000, 5_000, 15_000, row.number("fixedMillis")};
        put(given, FLOORS, floors);
        given.set(Layout.INT, FLOORS + 48, bit(row.flag("peerIsLinux"), 1));
        given.set(Layout.INT, FLOORS + 52, bit(row.flag("mayDestroy"), 1));
        given.set(Layout.LONG, AGE, row.number("ageMillis"));
        given.set(Layout.INT, STRICT, bit(row.flag("strict"), 1));
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }

    private static void put(MemorySegment given, int offset, long[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            given.set(Layout.LONG, offset + (long) i * Long.BYTES, Math.max(0, numbers[i]));
        }
    }

    private static int bit(boolean on, int bit) {
        return on ? bit : 0;
    }

    private record Row(List<String> columns, List<String> cells) {
        String text(String column) {
            return cells.get(columns.indexOf(column));
        }

        long number(String column) {
            return Long.parseLong(text(column));
        }

        boolean flag(String column) {
            return text(column).equals("yes");
        }
    }
}

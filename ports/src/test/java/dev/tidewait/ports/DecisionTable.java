package dev.tidewait.ports;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The shared table of cases, {@code decisions.tsv}; its header explains the columns. */
final class DecisionTable {
    private static final String RESOURCE = "decisions.tsv";

    /** One line of the table. */
    record Case(
            int line,
            String name,
            Ending ending,
            Floors floors,
            boolean strict,
            boolean mayDestroy,
            long ageMillis,
            KernelState state,
            long floorMillis,
            boolean second,
            Decision decision,
            boolean relief) {
        @Override
        public String toString() {
            return RESOURCE + " line " + line + ": " + name + " at " + ageMillis + " ms";
        }
    }

    private DecisionTable() {}

    static List<Case> cases() {
        List<String> lines = lines();
        int header = 0;
        while (lines.get(header).startsWith("#")) {
            header++;
        }
        List<String> columns = Arrays.asList(lines.get(header).split("\t", -1));
        int first = header + 1;
        return IntStream.range(first, lines.size())
                .filter(i -> !lines.get(i).startsWith("#"))
                .mapToObj(i -> read(i + 1, columns, Arrays.asList(lines.get(i).split("\t", -1))))
                .toList();
    }

    private static List<String> lines() {
        InputStream in = Objects.requireNonNull(DecisionTable.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(int line, List<String> columns, List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException("line " + line + " has " + cells.size() + " columns");
        }
        Row row = new Row(line, columns, cells);
        Ending ending = new Ending(
                Ending.Close.valueOf(row.text("close")),
                row.flag("timestamps"),
                row.number("srttMicros"),
                row.number("rtoMicros"),
                row.number("durationMillis"),
                row.number("sent"),
                row.number("received"),
                row.flag("acked"),
                row.flag("clocked"),
                row.flag("cookie") ? 0x5eedL : 0);
        long fixed = row.number("fixedMillis");
        Floors floors = new Floors(
                1_000, 5_000, 15_000, 5_000, 15_000, fixed == 0 ? 60_000 : fixed, fixed, row.flag("peerIsLinux"));
        return new Case(
                line,
                row.text("case"),
                ending,
                floors,
                row.flag("strict"),
                row.flag("mayDestroy"),
                row.number("ageMillis"),
                KernelState.valueOf(row.text("state")),
                row.number("floorMillis"),
                row.flag("second"),
                Decision.valueOf(row.text("decision")),
                row.is("relief", "DESTROY", "KEEP"));
    }

    private record Row(int line, List<String> columns, List<String> cells) {
        String text(String column) {
            return cells.get(columns.indexOf(column));
        }

        long number(String column) {
            return Long.parseLong(text(column));
        }

        boolean flag(String column) {
            return is(column, "yes", "no");
        }

        boolean is(String column, String yes, String no) {
            if (!text(column).equals(yes) && !text(column).equals(no)) {
                throw new IllegalArgumentException("line " + line + ": " + column + " is " + text(column));
            }
            return text(column).equals(yes);
        }
    }
}

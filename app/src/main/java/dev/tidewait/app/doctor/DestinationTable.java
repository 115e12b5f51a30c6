package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.census.TimeWaitSide;
import dev.tidewait.doctor.finding.Figures;
import dev.tidewait.proxy.address.Addresses;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The table of who uses the ports. A row is one line if all rows fit; else the addresses stand above the figures, because two IPv6 addresses alone may
 * take 94 columns, and what does not fit beside it stands on a line of its own. Immutable.
 */
final class DestinationTable {
    private static final int MOST_OWNERS = 2;
    private static final int DESTINATION = 0;
    private static final int SOURCE = 1;
    private static final int FIRST = 8;
    private static final int PROGRAMS = 9;

    private static final List<String> HEADING = List.of(
            "destination", "source", "live", "TIME_WAIT", "headroom", "used", "new/s", "runs out", "first", "programs");

    /** At least, so that the table looks the same from one moment to the next: IPv4 addresses, and numbers of five digits. */
    private static final List<Integer> USUAL = List.of(24, 16, 6, 9, 8, 7, 8, 10, 5, 0);

    private final List<List<String>> rows;
    private final int columns;
    private final List<Integer> widths;
    private final boolean oneLine;

    private DestinationTable(List<List<String>> rows, int columns, List<Integer> widths, boolean oneLine) {
        this.rows = rows;
        this.columns = columns;
        this.widths = widths;
        this.oneLine = oneLine;
    }

    /** @param columns how long a line may be */
    static DestinationTable of(List<DestinationUse> uses, int columns) {
        List<List<String>> rows = uses.stream().map(DestinationTable::cells).toList();
        List<Integer> usual = widths(rows, USUAL);
        if (fits(rows, usual, columns)) {
            return new DestinationTable(rows, columns, usual, true);
        }
        List<Integer> tight = widths(rows, HEADING.stream().map(String::length).toList());
        return fits(rows, tight, columns)
                ? new DestinationTable(rows, columns, tight, true)
                : new DestinationTable(rows, columns, usual, false);
    }

    List<String> heading() {
        return lines(HEADING);
    }

    /** The lines of one of the destinations that it was made of. */
    List<String> row(int number) {
        return lines(rows.get(number));
    }

    private List<String> lines(List<String> cells) {
        if (oneLine) {
            return List.of(line(cells, widths));
        }
        List<String> lines = new ArrayList<>();
        join(lines, "  " + cells.get(DESTINATION), "  from ", cells.get(SOURCE));
        join(lines, "     " + figures(cells, widths), " ", cells.get(PROGRAMS));
        return lines;
    }

    /** Both on one line, or the second one below the first. */
    private void join(List<String> lines, String begin, String between, String end) {
        String whole = (begin + between + end).stripTrailing();
        if (whole.length() <= columns) {
            lines.add(whole);
        } else {
            lines.add(begin.stripTrailing());
            lines.add("     " + between + end);
        }
    }

    private static boolean fits(List<List<String>> rows, List<Integer> widths, int columns) {
        return line(HEADING, widths).length() <= columns
                && rows.stream().allMatch(row -> line(row, widths).length() <= columns);
    }

    private static String line(List<String> cells, List<Integer> widths) {
        return ("  " + left(cells, widths, DESTINATION) + " " + left(cells, widths, SOURCE) + figures(cells, widths)
                        + " " + cells.get(PROGRAMS))
                .stripTrailing();
    }

    /** All but addresses and programs, each behind a blank. */
    private static String figures(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = SOURCE + 1; i < FIRST; i++) {
            line.append(' ').repeat(' ', widths.get(i) - cells.get(i).length()).append(cells.get(i));
        }
        return line + "  " + left(cells, widths, FIRST);
    }

    private static String left(List<String> cells, List<Integer> widths, int column) {
        return cells.get(column)
                + " ".repeat(widths.get(column) - cells.get(column).length());
    }

    private static List<Integer> widths(List<List<String>> rows, List<Integer> least) {
        List<Integer> widths = new ArrayList<>(least);
        for (List<String> row : rows) {
            for (int i = 0; i < PROGRAMS; i++) {
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        return widths;
    }

    private static List<String> cells(DestinationUse use) {
        return List.of(
                Addresses.text(new InetSocketAddress(
                        use.destination().address().toInetAddress(),
                        use.destination().port())),
                Addresses.text(use.source().toInetAddress()),
                count(use.counts().live()),
                count(use.counts().timeWait()),
                count(use.headroom()),
                used(use),
                rate(use.newPerSecond()),
                time(use.exhaustion()),
                side(use.timeWaitSide()),
                owners(use));
    }

    private static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String used(DestinationUse use) {
        return use.usable() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.0f %%", 100.0 * (use.usable() - use.headroom()) / use.usable());
    }

    private static String rate(OptionalDouble perSecond) {
        return perSecond.isPresent() ? String.format(Locale.ROOT, "%,.0f", perSecond.getAsDouble()) : "-";
    }

    static String time(Exhaustion exhaustion) {
        return switch (exhaustion) {
            case Exhaustion.Reached reached -> "now";
            case Exhaustion.Foreseen foreseen -> "in " + Figures.time(foreseen.seconds());
            case Exhaustion.NotForeseen never -> "no";
        };
    }

    /** Who closes first. */
    private static String side(TimeWaitSide side) {
        return switch (side) {
            case HERE -> "here";
            case PEER -> "peer";
            case BOTH -> "both";
            case UNKNOWN -> "-";
        };
    }

    private static String owners(DestinationUse use) {
        String seen = use.owners().seen().stream()
                .limit(MOST_OWNERS)
                .map(DestinationTable::owner)
                .collect(Collectors.joining(", "));
        int more = use.owners().seen().size() - MOST_OWNERS;
        return more > 0 ? seen + " and " + count(more) + " more" : seen;
    }

    private static String owner(Owner owner) {
        return Printable.of(owner.program()) + "[" + owner.pid() + "]";
    }
}

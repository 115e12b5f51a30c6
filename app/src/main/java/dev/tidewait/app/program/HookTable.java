package dev.tidewait.app.program;

import dev.tidewait.hook.DestinationRow;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.hook.NoPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link HookReport} for people: two or three sentences, and a line for each destination. No state. */
public final class HookTable {
    /** More lines than anybody reads; {@code --json} has all. */
    private static final int MOST_ROWS = 40;

    private static final List<String> HEADINGS = List.of(
            "destination",
            "source",
            "connects",
            "never used",
            "steals",
            "after close",
            "destroys",
            "age min",
            "p50",
            "max",
            "tried",
            "to kernel",
            "refused");

    /** Columns of words, at the left; figures stand at the right. */
    private static final int WORDS = 2;

    private HookTable() {}

    /** Lines with their ends. */
    public static String text(HookReport report) {
        HookSnapshot counted = report.snapshot();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "tidewait: %,d of %,d connects (%s) in %.1f s from the %,d ports %s%n",
                counted.connects(),
                report.asked(),
                percent(report),
                report.attachedMillis() / 1e3,
                report.ports().size(),
                report.ports()));
        String kernel = byKernel(counted);
        if (!kernel.isEmpty()) {
            text.append("left to the kernel: ").append(kernel).append('\n');
        }
        if (counted.refused() > 0) {
            text.append(String.format(
                    Locale.ROOT, "refused with EADDRNOTAVAIL for want of a port: %,d%n", counted.refused()));
        }
        String noPort = noPort(counted);
        if (!noPort.isEmpty()) {
            text.append("no port: ").append(noPort).append('\n');
        }
        String alone = leftAlone(counted);
        if (!alone.isEmpty()) {
            text.append("not concerned: ").append(alone).append('\n');
        }
        if (counted.destroysRefused() > 0 || counted.endingsLost() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "destroys that the kernel refused: %,d; endings lost on their way there: %,d%n",
                    counted.destroysRefused(),
                    counted.endingsLost()));
        }
        table(text, counted.destinations());
        return text.toString();
    }

    private static String percent(HookReport report) {
        // 99.996 % must not read as all.
        double percent = Math.floor(report.chosenShare() * 10_000) / 100;
        return String.format(Locale.ROOT, "%.2f %%", percent);
    }

    private static String byKernel(HookSnapshot counted) {
        List<String> parts = new ArrayList<>();
        part(
                parts,
                counted.leftAlone(LeftAlone.SOURCE_UNKNOWN),
                "a destination's first, whose source its routing chose");
        part(parts, counted.leftAlone(LeftAlone.NO_SUCH_SOURCE), "whose source this host no longer had");
        part(parts, counted.kernelChose(), "for want of a port");
        return String.join(", ", parts);
    }

    private static String noPort(HookSnapshot counted) {
        List<String> parts = new ArrayList<>();
        for (NoPort reason : NoPort.values()) {
            part(parts, counted.noPort(reason), why(reason));
        }
        return String.join(", ", parts);
    }

    private static String why(NoPort reason) {
        return switch (reason) {
            case BELOW_FLOOR -> "as the next ones had not rested long enough";
            case NOT_DESTROYED_YET -> "as the TIME_WAIT of the next ones had not been destroyed yet";
            case IN_USE -> "as the next ones were in use";
            case BIND_REFUSED -> "as the kernel bound none of those that were tried";
            case CONNECTED_AGAIN -> "as the socket connected again and its own had not rested long enough";
            case NO_ROOM -> "as the kernel had no memory for their order";
        };
    }

    private static String leftAlone(HookSnapshot counted) {
        List<String> parts = new ArrayList<>();
        for (LeftAlone reason : LeftAlone.values()) {
            part(parts, why(reason).isEmpty() ? 0 : counted.leftAlone(reason), why(reason));
        }
        return String.join(", ", parts);
    }

    /** Empty for the two that are told apart as the kernel's. */
    private static String why(LeftAlone reason) {
        return switch (reason) {
            case NOT_TCP -> "not TCP";
            case LOOPBACK -> "to loopback";
            case OWN_PORT -> "from a port that the program had bound itself";
            case MARKED -> "with a mark";
            case DEVICE_BOUND -> "bound to a device";
            case NOT_CHOSEN -> "to other destinations";
            case SOURCE_UNKNOWN, NO_SUCH_SOURCE -> "";
        };
    }

    private static void part(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(String.format(Locale.ROOT, "%,d %s", count, what));
        }
    }

    private static void table(StringBuilder text, List<DestinationRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        rows.stream().limit(MOST_ROWS).forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : cells) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String format = (i == 0 ? "" : "  ") + (i < WORDS ? "%-" : "%") + widths[i] + "s";
                row.append(String.format(Locale.ROOT, format, line.get(i)));
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        if (rows.size() > MOST_ROWS) {
            text.append(String.format(Locale.ROOT, "and %,d more; --json shows all%n", rows.size() - MOST_ROWS));
        }
    }

    private static List<String> cells(DestinationRow row) {
        boolean reused = row.reuses() > 0;
        long looks = row.connects() + row.kernelChose() + row.refused();
        return List.of(
                row.destination().toString(),
                row.source().toString(),
                number(row.connects()),
                number(row.neverUsed()),
                number(row.steals()),
                number(row.afterClose()),
                number(row.destroys()),
                reused ? seconds(row.ageMinMillis()) : "-",
                reused ? seconds(row.ageMedianMillis()) : "-",
                reused ? seconds(row.ageMaxMillis()) : "-",
                looks == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) row.candidatesTried() / looks),
                number(row.kernelChose()),
                number(row.refused()));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2fs", millis / 1e3);
    }
}

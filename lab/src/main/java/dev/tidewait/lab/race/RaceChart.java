package dev.tidewait.lab.race;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Medians as bars, a panel for each kind of work, with a line from the least to the most of all rounds; a picture in SVG 1.1 that needs nothing
 * beside it. Used by one thread.
 */
final class RaceChart {
    private static final int WIDTH = 900;
    private static final int MARGIN = 16;
    private static final int BARS_LEFT = 210;
    private static final int BARS_WIDTH = 400;
    private static final int TITLE_HEIGHT = 30;
    private static final int BAR_HEIGHT = 18;
    private static final int ROW_HEIGHT = 24;
    private static final int PANEL_GAP = 14;
    private static final int HEAD_HEIGHT = 58;
    private static final double MICROS_PER_MILLI = 1e3;

    private static final String OURS = "#0b7285";
    private static final String OTHERS = "#adb5bd";

    private final StringBuilder body = new StringBuilder();
    private int y = HEAD_HEIGHT;

    private RaceChart() {}

    /** What a panel shows. Immutable. */
    private record Scale(Figure figure, double divisor, String format, String unit, String remark) {
        static Scale of(Work work) {
            return switch (work) {
                case CONNECT_EMPTY, CONNECT_COOLING, OPEN_HALF, OPEN_MOST ->
                    new Scale(Figure.P99_MICROS, MICROS_PER_MILLI, "%,.2f", " ms", "p99, shorter is better");
                case IDLE_TUNNELS -> new Scale(Figure.RESIDENT_MIB, 1, "%,.0f", " MiB", "shorter is better");
                case START -> new Scale(Figure.START_MILLIS, 1, "%,.0f", " ms", "shorter is better");
                case BULK_ONE, BULK_HUNDRED -> new Scale(Figure.PER_SECOND, 1, "%,.0f", " MiB/s", "longer is better");
                default -> new Scale(Figure.PER_SECOND, 1, "%,.0f", "/s", "longer is better");
            };
        }
    }

    /**
     * The whole file.
     *
     * @param command that made it
     * @param run what was measured
     */
    static String of(String command, String run, RaceResults results) {
        RaceChart chart = new RaceChart();
        for (Work work : Work.values()) {
            chart.panel(work, results);
        }
        return chart.whole(command, run);
    }

    private void panel(Work work, RaceResults results) {
        Scale scale = Scale.of(work);
        List<RaceCell> cells = results.cells().stream()
                .filter(cell -> cell.work() == work
                        && results.spread(cell, scale.figure).isPresent())
                .toList();
        if (cells.isEmpty()) {
            return;
        }
        double most = cells.stream()
                .flatMap(cell -> results.spread(cell, scale.figure).stream())
                .mapToDouble(Spread::most)
                .max()
                .orElse(1);
        text(MARGIN, y + 18, "font-weight=\"bold\"", work + ": " + work.title());
        text(WIDTH - MARGIN, y + 18, "text-anchor=\"end\" fill=\"#868e96\"", scale.remark);
        y += TITLE_HEIGHT;
        for (RaceCell cell : cells) {
            results.spread(cell, scale.figure).ifPresent(spread -> bar(cell, spread, scale, most, results));
            y += ROW_HEIGHT;
        }
        y += PANEL_GAP;
    }

    private void bar(RaceCell cell, Spread spread, Scale scale, double most, RaceResults results) {
        double perUnit = most <= 0 ? 0 : BARS_WIDTH / most;
        int middle = y + BAR_HEIGHT / 2;
        text(BARS_LEFT - 8, y + 13, "text-anchor=\"end\"", cell.contestant().title());
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                BARS_LEFT, y, spread.median() * perUnit, BAR_HEIGHT, isOurs(cell.contestant()) ? OURS : OTHERS);
        add(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#212529\" stroke-width=\"1.5\"/>",
                BARS_LEFT + spread.least() * perUnit, middle, BARS_LEFT + spread.most() * perUnit, middle);
        text(
                BARS_LEFT + BARS_WIDTH + 10,
                y + 13,
                "",
                String.format(Locale.ROOT, scale.format, spread.median() / scale.divisor)
                        + scale.unit
                        + machine(cell, results)
                        + failed(cell, results));
    }

    private static boolean isOurs(Contestant contestant) {
        return contestant == Contestant.TIDEWAIT || contestant == Contestant.NGINX_RUN;
    }

    private static String machine(RaceCell cell, RaceResults results) {
        Optional<Spread> micros = results.spread(cell, Figure.MACHINE_MICROS);
        return micros.map(spread -> String.format(Locale.ROOT, ", machine %,.0f µs each", spread.median()))
                .orElse("");
    }

    private static String failed(RaceCell cell, RaceResults results) {
        return results.failed(cell) == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", results.failed(cell));
    }

    private String whole(String command, String run) {
        String size = "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\"".formatted(WIDTH, y, WIDTH, y);
        String head = body.toString();
        body.setLength(0);
        add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" %s font-family=\"sans-serif\" font-size=\"13\" fill=\"#212529\">",
                size);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, y);
        text(MARGIN, 26, "font-size=\"16\" font-weight=\"bold\"", command);
        text(MARGIN, 46, "font-size=\"11\" fill=\"#868e96\"", run);
        return body + head + "</svg>\n";
    }

    private void text(int x, int baseline, String attributes, String text) {
        add("<text x=\"%d\" y=\"%d\" %s>%s</text>", x, baseline, attributes, escaped(text));
    }

    @FormatMethod
    private void add(@FormatString String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

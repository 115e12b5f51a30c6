package dev.tidewait.app.study;

import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import java.util.List;
import java.util.Locale;

/** Charts of a study as SVG, with titles that a pointer shows on each mark; the tables beside them hold the same figures. No state. */
final class LateChart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 260;
    private static final int LEFT = 70;
    private static final int RIGHT = 15;
    private static final int TOP = 12;
    private static final int BOTTOM = 40;
    private static final int PLOT_WIDTH = WIDTH - LEFT - RIGHT;
    private static final int PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

    private LateChart() {}

    /** Shares by threshold, logarithmic: what was seen and its upper bound. */
    static String shares(List<StudyRow> rows) {
        List<StudyRow> known = rows.stream().filter(row -> row.watched() > 0).toList();
        if (known.isEmpty()) {
            return "<p>No closed connection was watched for 0.1 s.</p>";
        }
        double least = known.stream()
                .mapToDouble(row -> row.any() > 0 ? row.anyShare() : row.anyUpper())
                .min()
                .orElse(1);
        int decades = (int) Math.max(1, Math.ceil(-Math.log10(least)));
        StringBuilder svg = begin("Share of connections with a later segment");
        for (int i = 0; i <= decades; i++) {
            double y = TOP + (double) PLOT_HEIGHT * i / decades;
            grid(svg, y, i == 0 ? "100 %" : Words.share(Math.pow(10, -i)));
        }
        StringBuilder bounds = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            StudyRow row = rows.get(i);
            double x = LEFT + PLOT_WIDTH * (i + 0.5) / rows.size();
            text(svg, x, HEIGHT - BOTTOM + 16, "middle", Words.seconds(row.millis()));
            if (row.watched() > 0) {
                double upper = place(row.anyUpper(), decades);
                bounds.append(bounds.isEmpty() ? "M" : "L")
                        .append(number(x))
                        .append(' ')
                        .append(number(upper));
                marks.append(circle(x, upper, "bound", "at most " + Words.share(row.anyUpper()) + " (95 %)"));
                if (row.any() > 0) {
                    marks.append(circle(
                            x,
                            place(row.anyShare(), decades),
                            "seen",
                            Words.count(row.any()) + " of " + Words.count(row.watched())));
                }
            }
        }
        svg.append("<path class=\"bound\" d=\"").append(bounds).append("\"/>").append(marks);
        return end(svg, "later than");
    }

    /** Late segments by age, stacked by kind. */
    static String segments(LateHistogram histogram) {
        long[] all = histogram.all().toArray();
        return bars(all, "Late segments by age", "age since close, at most", (svg, bucket, x, width, scale) -> {
            double y = TOP + PLOT_HEIGHT;
            for (LateKind kind : LateKind.values()) {
                long count = histogram.count(kind, bucket);
                if (count > 0) {
                    double height = count * scale;
                    y -= height;
                    rect(svg, x, y, width, height, "k-" + StudyJson.key(kind), kind + ": " + Words.count(count));
                }
            }
        });
    }

    /** New incarnations by age. */
    static String reuses(AgeCounts counts) {
        return bars(counts.toArray(), "Reuses by age", "age since close, at most", (svg, bucket, x, width, scale) -> {
            double height = counts.get(bucket) * scale;
            rect(svg, x, TOP + PLOT_HEIGHT - height, width, height, "reuse", Words.count(counts.get(bucket)));
        });
    }

    /** Draws one bucket. */
    private interface Bar {
        void draw(StringBuilder svg, int bucket, double x, double width, double pixelsPerOne);
    }

    private static String bars(long[] counts, String title, String axis, Bar bar) {
        long most = 0;
        for (long count : counts) {
            most = Math.max(most, count);
        }
        if (most == 0) {
            return "<p>None.</p>";
        }
        StringBuilder svg = begin(title);
        grid(svg, TOP, Words.count(most));
        grid(svg, TOP + PLOT_HEIGHT, "0");
        double step = (double) PLOT_WIDTH / counts.length;
        double scale = (double) PLOT_HEIGHT / most;
        List<Integer> labelled = List.of(10, 100, 1_000, 10_000, 60_000, 240_000);
        int[] upper = AgeBuckets.upperMillis();
        for (int i = 0; i < counts.length; i++) {
            double x = LEFT + i * step;
            if (counts[i] > 0) {
                bar.draw(svg, i, x + 1, step - 2, scale);
            }
            if (i < upper.length && labelled.contains(upper[i])) {
                text(svg, x + step / 2, HEIGHT - BOTTOM + 16, "middle", Words.seconds(upper[i]));
            }
        }
        return end(svg, axis);
    }

    private static double place(double share, int decades) {
        return TOP + PLOT_HEIGHT * Math.min(1, -Math.log10(share) / decades);
    }

    private static StringBuilder begin(String title) {
        return new StringBuilder(
                "<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-label=\"" + title + "\">");
    }

    private static String end(StringBuilder svg, String axis) {
        text(svg, LEFT + PLOT_WIDTH / 2.0, HEIGHT - 6, "middle", axis);
        return svg.append("</svg>").toString();
    }

    private static void grid(StringBuilder svg, double y, String label) {
        svg.append("<line class=\"grid\" x1=\"" + LEFT + "\" x2=\"" + (WIDTH - RIGHT) + "\" y1=\"" + number(y)
                + "\" y2=\"" + number(y) + "\"/>");
        text(svg, LEFT - 6, y + 4, "end", label);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append("<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + text
                + "</text>");
    }

    private static String circle(double x, double y, String kind, String title) {
        return "<circle class=\"" + kind + "\" cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"4\"><title>"
                + title + "</title></circle>";
    }

    private static void rect(
            StringBuilder svg, double x, double y, double width, double height, String kind, String title) {
        svg.append("<rect class=\"" + kind + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\""
                + number(width) + "\" height=\"" + number(Math.max(1, height)) + "\"><title>" + title
                + "</title></rect>");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}

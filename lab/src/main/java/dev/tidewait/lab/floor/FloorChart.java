package dev.tidewait.lab.floor;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.tidewait.evidence.risk.DelayTail;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Floors against what one spurious copy of each connection does, for each tail, and against the rate of 28,232 ports; a picture in SVG 1.1 that needs
 * nothing beside it. Used by one thread.
 */
final class FloorChart {
    private static final int WIDTH = 900;
    private static final int HEAD = 60;
    private static final int PANEL_WIDTH = 400;
    private static final int PANEL_HEIGHT = 250;
    private static final int LEFT = 60;
    private static final int PLOT_WIDTH = 320;
    private static final int PLOT_HEIGHT = 180;
    private static final int PORTS = 28_232;
    /** A floor of 0 stands at this place of the logarithmic axis. */
    private static final double LEAST_SECONDS = 0.03;

    private static final double MOST_SECONDS = 100;
    private static final double LEAST_SHARE = 1e-8;

    private final StringBuilder body = new StringBuilder();

    private FloorChart() {}

    /**
     * The whole file.
     *
     * @param command that made it
     */
    static String of(String command, List<FloorOutcome> outcomes) {
        return new FloorChart().whole(command, outcomes);
    }

    private String whole(String command, List<FloorOutcome> outcomes) {
        List<DelayTail> tails = outcomes.stream()
                .map(outcome -> outcome.cell().tail())
                .distinct()
                .toList();
        int panels = tails.size() + 1;
        int height = HEAD + (panels + 1) / 2 * PANEL_HEIGHT + 50;
        add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#212529\">",
                WIDTH, height, WIDTH, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        text(16, 26, "font-size=\"16\" font-weight=\"bold\"", command);
        text(
                16,
                46,
                "fill=\"#868e96\"",
                "Lines: the share of copies that is later than the floor, the most that can meet; the rate by arithmetic. Dots: the lab. Hollow: none.");
        for (int i = 0; i < tails.size(); i++) {
            DelayTail tail = tails.get(i);
            harm(
                    i,
                    tail,
                    outcomes.stream()
                            .filter(outcome -> outcome.cell().tail().equals(tail))
                            .toList());
        }
        rate(tails.size(), outcomes);
        legend(height - 24);
        add("</svg>");
        return body.toString();
    }

    /** How often one spurious copy of each connection meets a later one, and harms it. */
    private void harm(int panel, DelayTail tail, List<FloorOutcome> outcomes) {
        frame(panel, tail.name() + ": by one spurious copy each", LEAST_SHARE, 1);
        curve(panel, tail::beyond, LEAST_SHARE, 1);
        for (FloorOutcome outcome : outcomes) {
            Setting setting = outcome.cell().setting();
            if (setting == Setting.TIMESTAMPS) { // all settings meet alike
                dot(panel, outcome, (double) outcome.met() / outcome.copies(), "#868e96", LEAST_SHARE, 1);
            }
            double harmed = setting == Setting.UNRELATED
                    ? (double) outcome.taken() / outcome.copies()
                    : outcome.harmedByOneCopy();
            dot(panel, outcome, harmed, setting.colour(), LEAST_SHARE, 1);
        }
    }

    private void rate(int panel, List<FloorOutcome> outcomes) {
        frame(panel, "connections a second of 28,232 ports, open for 0.2 s", 100, 2e5);
        curve(panel, seconds -> PORTS / (seconds + 0.2), 100, 2e5);
        for (FloorOutcome outcome : outcomes) {
            if (outcome.cell().setting() == Setting.TIMESTAMPS) {
                dot(panel, outcome, outcome.perSecondOf(PORTS), "#868e96", 100, 2e5);
            }
        }
    }

    private void legend(int y) {
        int x = 16;
        add("<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"#868e96\"/>", x, y - 4);
        text(x + 8, y, "", "meets a later connection");
        x += 165;
        for (Setting setting : Setting.values()) {
            add("<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/>", x, y - 4, setting.colour());
            text(x + 8, y, "", "harm: " + setting);
            x += 130;
        }
        text(x, y, "", "(taken for real)");
    }

    private void frame(int panel, String title, double least, double most) {
        text(left(panel), top(panel) - 8, "font-weight=\"bold\"", title);
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#adb5bd\"/>",
                left(panel), top(panel), PLOT_WIDTH, PLOT_HEIGHT);
        for (double decade = least; decade <= most * 1.001; decade *= 10) {
            double y = y(panel, decade, least, most);
            add(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e9ecef\"/>",
                    left(panel), y, left(panel) + PLOT_WIDTH, y);
            text(left(panel) - 6, (int) y + 4, "text-anchor=\"end\" fill=\"#868e96\"", label(decade));
        }
        for (double seconds : new double[] {0.1, 1, 10, 60}) {
            double x = x(panel, seconds);
            text(
                    (int) x,
                    top(panel) + PLOT_HEIGHT + 16,
                    "text-anchor=\"middle\" fill=\"#868e96\"",
                    label(seconds) + " s");
        }
        text((int) x(panel, 0), top(panel) + PLOT_HEIGHT + 16, "text-anchor=\"middle\" fill=\"#868e96\"", "0");
    }

    private static String label(double value) {
        return value >= 1
                ? String.format(Locale.ROOT, "%,.0f", value)
                : value >= 0.099
                        ? String.format(Locale.ROOT, "%.1f", value)
                        : String.format(Locale.ROOT, "%.0e", value);
    }

    private void curve(int panel, ToDoubleFunction<Double> function, double least, double most) {
        StringBuilder points = new StringBuilder();
        for (double seconds = LEAST_SECONDS; seconds <= 60; seconds *= 1.05) {
            double value = function.applyAsDouble(seconds);
            if (value >= least) {
                points.append(
                        String.format(Locale.ROOT, "%.1f,%.1f ", x(panel, seconds), y(panel, value, least, most)));
            }
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#868e96\"/>",
                points.toString().strip());
    }

    private void dot(int panel, FloorOutcome outcome, double value, String colour, double least, double most) {
        add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" stroke=\"%s\"/>",
                x(panel, outcome.cell().floorSeconds()),
                y(panel, Math.max(least, value), least, most),
                value < least ? "none" : colour,
                colour);
    }

    private static double x(int panel, double seconds) {
        double share =
                Math.log(Math.max(LEAST_SECONDS, seconds) / LEAST_SECONDS) / Math.log(MOST_SECONDS / LEAST_SECONDS);
        return left(panel) + share * PLOT_WIDTH;
    }

    private static double y(int panel, double value, double least, double most) {
        return top(panel) + PLOT_HEIGHT * (1 - Math.log(value / least) / Math.log(most / least));
    }

    private static int left(int panel) {
        return LEFT + panel % 2 * (PANEL_WIDTH + 40);
    }

    private static int top(int panel) {
        return HEAD + 24 + panel / 2 * PANEL_HEIGHT;
    }

    private void text(int x, int baseline, String attributes, String text) {
        add(
                "<text x=\"%d\" y=\"%d\" %s>%s</text>",
                x,
                baseline,
                attributes,
                text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    @FormatMethod
    private void add(@FormatString String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

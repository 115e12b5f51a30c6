package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.KernelMemory;
import dev.tidewait.doctor.plan.WantedRate;
import java.util.ArrayList;
import java.util.List;

/**
 * One line for each length of TIME_WAIT, and on the right the requests a second as a chart: a bar, and a mark where the wanted rate lies. Plain ASCII, no colour.
 * No state.
 */
final class PlanTable {
    private static final int CHART_COLUMNS = 40;
    private static final char BAR = '#';
    private static final char WANTED = '|';

    private PlanTable() {}

    static List<String> lines(Plan plan) {
        boolean keepAlive = plan.capacity().requestsPerConnection() > 1;
        boolean memory = plan.inputs().isLinux();
        long wanted = plan.wanted().map(WantedRate::requestsPerSecond).orElse(0L);
        long widest =
                plan.compared().stream().mapToLong(Capacity::requestsPerSecond).reduce(wanted, Math::max);
        List<String> lines = new ArrayList<>();
        lines.add(line(
                "  TIME_WAIT",
                "connections/s",
                keepAlive ? "requests/s" : "",
                memory ? "in TIME_WAIT" : "",
                memory ? "kernel memory" : "",
                wanted == 0 ? "" : WANTED + " = " + Amounts.count(wanted) + " wanted"));
        for (Capacity row : plan.compared()) {
            boolean inForce = row.timeWaitMillis() == plan.capacity().timeWaitMillis();
            KernelMemory cost = KernelMemory.of(row.timeWaitSockets(), row);
            lines.add(line(
                    (inForce ? "> " : "  ") + Amounts.seconds(row.timeWaitMillis()),
                    Amounts.connectionsPerSecond(row),
                    keepAlive ? Amounts.requestsPerSecond(row) : "",
                    memory ? Amounts.count(cost.timeWaitSockets()) : "",
                    memory ? Amounts.megabytes(cost.bytes()) : "",
                    bar(row.requestsPerSecond(), wanted, widest)));
        }
        return lines;
    }

    private static String bar(long rate, long wanted, long widest) {
        StringBuilder bar = new StringBuilder(String.valueOf(BAR).repeat(columns(rate, widest)));
        if (wanted > 0) {
            int at = Math.max(0, columns(wanted, widest) - 1);
            while (bar.length() <= at) {
                bar.append(' ');
            }
            bar.setCharAt(at, WANTED);
        }
        return bar.toString();
    }

    private static int columns(long rate, long widest) {
        return (int) Math.round((double) rate / widest * CHART_COLUMNS);
    }

    private static String line(
            String length, String connections, String requests, String sockets, String memory, String chart) {
        StringBuilder line = new StringBuilder(pad(length, 11, true)).append(pad(connections, 15, false));
        for (String optional : List.of(requests, sockets, memory)) {
            if (!optional.isEmpty()) {
                line.append(pad(optional, 15, false));
            }
        }
        return line.append("  ").append(chart).toString().stripTrailing();
    }

    private static String pad(String text, int width, boolean left) {
        String blanks = " ".repeat(Math.max(0, width - text.length()));
        return left ? text + blanks : blanks + text;
    }
}

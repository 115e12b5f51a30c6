package dev.tidewait.lab.peers;

import java.io.PrintWriter;
import java.util.Locale;

/** Outcomes as text for people. No state. */
final class PeersTable {
    private static final String FORMAT = "%-44s %8s %9s %9s %8s %8s %6s %9s %8s  %s%n";

    private PeersTable() {}

    static void head(PrintWriter out) {
        out.printf(
                FORMAT, "cell", "asked/s", "done/s", "failed", "p50 ms", "p99 ms", "0/s", "kernel's", "RST", "further");
        out.flush();
    }

    /** One line, as it comes. */
    static void line(PeerOutcome outcome, PrintWriter out) {
        out.printf(
                FORMAT,
                outcome.cell().name(),
                outcome.asked() == 0 ? "-" : number(outcome.asked()),
                number(outcome.perSecond()),
                number(outcome.failed()),
                millis(outcome.p50Micros()),
                millis(outcome.p99Micros()),
                outcome.outages() == 0 ? "-" : outcome.outages() + " s",
                outcome.hook()
                        .map(hook -> String.format(Locale.ROOT, "%.3f %%", 100 * hook.kernelShare()))
                        .orElse("-"),
                number(outcome.resets()),
                further(outcome));
        out.flush();
    }

    private static String further(PeerOutcome outcome) {
        StringBuilder text = new StringBuilder();
        if (outcome.failed() > 0) {
            text.append(outcome.causes()).append(' ');
        }
        outcome.hook()
                .filter(hook -> hook.youngestMillis() > 0)
                .ifPresent(hook ->
                        text.append(String.format(Locale.ROOT, "youngest reuse %.3f s ", hook.youngestMillis() / 1e3)));
        outcome.reaper()
                .ifPresent(reaper -> text.append(String.format(
                        Locale.ROOT,
                        "%,d destroyed, %.1f %% of a core ",
                        reaper.destroyed(),
                        100 * reaper.cpuShare())));
        outcome.failedAfterwards()
                .ifPresent(failed -> text.append(String.format(Locale.ROOT, "%,d failed a floor later ", failed)));
        return text.toString().strip();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f", micros / 1e3);
    }
}

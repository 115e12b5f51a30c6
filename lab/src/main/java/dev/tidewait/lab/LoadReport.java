package dev.tidewait.lab;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run of the load gave. Do not change the histograms.
 *
 * @param started transactions started
 * @param done those that ended as asked
 * @param failed all others
 * @param notStarted open loop: due, but never started because too many were open
 * @param portsBusy own ports passed over because the kernel refused them
 * @param elapsedSeconds from the first start to the last end
 * @param failures by cause; causes that did not happen are left out
 * @param endings what each kind of ending gave
 */
public record LoadReport(
        long started,
        long done,
        long failed,
        long notStarted,
        long portsBusy,
        double elapsedSeconds,
        Map<String, Long> failures,
        Map<CloseOrder, EndingReport> endings) {

    /**
     * One kind of ending.
     *
     * @param done transactions that ended as asked
     * @param answeredMicros from due to the answer
     * @param wholeMicros from due to the last FIN (or the reset asked for)
     */
    public record EndingReport(long done, Histogram answeredMicros, Histogram wholeMicros) {
        EndingReport plus(EndingReport other) {
            return new EndingReport(
                    done + other.done,
                    MicrosHistogram.sum(answeredMicros, other.answeredMicros),
                    MicrosHistogram.sum(wholeMicros, other.wholeMicros));
        }
    }

    /** Transactions that ended well, per second. */
    public double rate() {
        return done / elapsedSeconds;
    }

    /** What one kind of ending gave; the plan must have asked for it. */
    public EndingReport ending(CloseOrder order) {
        EndingReport report = endings.get(order);
        if (report == null) {
            throw new IllegalArgumentException(
                    "no transaction was to end by " + order + ", only by " + endings.keySet());
        }
        return report;
    }

    /** From due to the answer, over all endings. */
    public Histogram answeredMicros() {
        Histogram all = MicrosHistogram.empty();
        endings.values().forEach(ending -> all.add(ending.answeredMicros()));
        return all;
    }

    /** Two processes that ran side by side, together. */
    LoadReport plus(LoadReport other) {
        Map<String, Long> allFailures = new TreeMap<>(failures);
        other.failures.forEach((cause, count) -> allFailures.merge(cause, count, Long::sum));
        Map<CloseOrder, EndingReport> allEndings = new EnumMap<>(CloseOrder.class);
        endings.forEach((order, report) -> allEndings.put(order, report.plus(other.ending(order))));
        return new LoadReport(
                started + other.started,
                done + other.done,
                failed + other.failed,
                notStarted + other.notStarted,
                portsBusy + other.portsBusy,
                Math.max(elapsedSeconds, other.elapsedSeconds),
                allFailures,
                allEndings);
    }

    static LoadReport parse(String json) {
        JsonObject report = JsonObject.parse(json);
        Map<CloseOrder, EndingReport> endings = new EnumMap<>(CloseOrder.class);
        for (JsonObject ending : report.objects("endings")) {
            endings.put(
                    CloseOrder.of(ending.text("ending")),
                    new EndingReport(
                            ending.number("done"),
                            MicrosHistogram.of(ending.array("answered_us")),
                            MicrosHistogram.of(ending.array("whole_us"))));
        }
        Map<String, Long> failures = new LinkedHashMap<>();
        JsonObject causes = report.object("failures");
        for (String cause : causes.names()) {
            if (causes.number(cause) > 0) {
                failures.put(cause, causes.number(cause));
            }
        }
        if (report.number("first_other_errno") != 0) {
            rename(failures, "other", "errno " + report.number("first_other_errno"));
        }
        if (!report.text("first_bad_status").isEmpty()) {
            rename(failures, "bad_status", "bad_status, the first one " + report.text("first_bad_status"));
        }
        return new LoadReport(
                report.number("started"),
                report.number("done"),
                report.number("failed"),
                report.number("not_started"),
                report.number("ports_busy"),
                report.decimal("elapsed_seconds"),
                failures,
                endings);
    }

    private static void rename(Map<String, Long> failures, String cause, String name) {
        Long count = failures.remove(cause);
        if (count != null) {
            failures.put(name, count);
        }
    }
}

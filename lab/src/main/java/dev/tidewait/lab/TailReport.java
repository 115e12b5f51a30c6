package dev.tidewait.lab;

import java.util.List;

/**
 * What an {@link ImpairedLink} counted of its {@link TailCopies}. Immutable.
 *
 * @param segments of live incarnations, each of which had copies by chance
 * @param copies made: those within the limits of the plan
 * @param own that found their own incarnation
 * @param nobody that found no live incarnation
 * @param met that found a live later incarnation
 * @param reached incarnations that such a copy reached
 * @param reuses live incarnations that followed another
 * @param lives incarnations that were live and ended
 * @param meanAgeSeconds of the reuses: from the first FIN or RST of one incarnation until the next is live
 * @param meanOpenSeconds of the lives: from live to the first FIN or RST
 * @param meanLaterOpenSeconds the same of lives that followed another
 * @param sentBinSeconds width of the bins of {@code sent}
 * @param sent segments by the time since their incarnation became live; the last bin has no end
 * @param byRound segments by the number of their incarnation on its four-tuple; the last number stands for all from there on
 */
public record TailReport(
        long segments,
        long copies,
        long own,
        long nobody,
        long met,
        long reached,
        long reuses,
        long lives,
        double meanAgeSeconds,
        double meanOpenSeconds,
        double meanLaterOpenSeconds,
        double sentBinSeconds,
        List<Long> sent,
        List<Long> byRound) {
    public TailReport {
        sent = List.copyOf(sent);
        byRound = List.copyOf(byRound);
    }

    static TailReport of(JsonObject report) {
        return new TailReport(
                report.number("segments"),
                report.number("copies"),
                report.number("own"),
                report.number("nobody"),
                report.number("met"),
                report.number("reached"),
                report.number("reuses"),
                report.number("lives"),
                report.decimal("mean_age_seconds"),
                report.decimal("mean_open_seconds"),
                report.decimal("mean_later_open_seconds"),
                (double) report.number("sent_bin_millis") / 1_000,
                counts(report, "sent"),
                counts(report, "by_round"));
    }

    private static List<Long> counts(JsonObject report, String name) {
        return report.array(name).stream()
                .map(count -> ((Number) count).longValue())
                .toList();
    }
}

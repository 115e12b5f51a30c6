package dev.tidewait.lab.churn;

import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.LedgerReport;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code lab churn} claims of a run. Used once, by one thread.
 *
 * <p>Nothing is excused but a FIN that the server sends again, see {@link ReuseAges}: a connection fails only after 30 s of silence, and
 * whatever the link does is over sooner, so that TCP mends it.
 */
final class ChurnVerdicts {
    private static final String NOT_BELOW = "no four-tuple is used again below its floor";
    static final double MOST_UNSEEN = 0.001;
    /** The observer stands where every SYN passes; a lease whose connect() fails sends none. */
    static final double LEAST_MATCHED = 0.999;

    /** What a device says of itself while the one at the other end is not up yet. */
    private static final long FIRST_WORDS = 10;

    private final ChurnResult result;
    private final ChurnPlan plan;
    private final List<Verdict> verdicts = new ArrayList<>();

    private ChurnVerdicts(ChurnResult result) {
        this.result = result;
        this.plan = result.plan();
    }

    static List<Verdict> of(ChurnResult result) {
        ChurnVerdicts all = new ChurnVerdicts(result);
        all.addLongLived();
        all.addBytes();
        all.addShort();
        all.addFaults();
        switch (result.account()) {
            case Account.OfLedger ledger -> {
                all.addAges(ledger.ages());
                all.addLeases(ledger.ledger());
            }
            case Account.OfHook hook -> all.verdicts.addAll(HookVerdicts.of(result, hook));
        }
        return all.verdicts;
    }

    private void addLongLived() {
        ChatReport.Kind client = result.longOnes().longOnes();
        ChatReport.Kind server = result.server().longOnes();
        verdicts.add(Verdict.of(
                client.done() == plan.longLived()
                        && server.done() == plan.longLived()
                        && client.failed() + server.failed() == 0
                        && result.heldAtEnd() >= plan.longLived(),
                "no long-lived connection is reset or ends early",
                "%,d of %,d open at the end (%,d held towards the server), ended in order %,d; by RST %,d, by an early FIN %,d, silent %,d, otherwise %,d",
                plan.longLived() - client.failed(),
                plan.longLived(),
                result.heldAtEnd(),
                client.done(),
                client.resets() + server.resets(),
                client.earlyEof() + server.earlyEof(),
                client.timedOut() + server.timedOut(),
                client.refused() + client.other() + server.other()));
    }

    private void addBytes() {
        ChatReport server = result.server();
        ChatReport.Kind longOnes = result.longOnes().longOnes().plus(server.longOnes());
        ChatReport.Kind shortOnes = result.allShort().plus(server.shortOnes());
        verdicts.add(Verdict.of(
                longOnes.wrongBytes() + shortOnes.wrongBytes() == 0 && longOnes.checkedBytes() > 0,
                "no byte is wrong",
                "%,d of %,d bytes of long-lived and %,d of %,d bytes of short connections, both ends%s",
                longOnes.wrongBytes(),
                longOnes.checkedBytes(),
                shortOnes.wrongBytes(),
                shortOnes.checkedBytes(),
                first(result.longOnes()) + first(result.shortOnes()) + first(result.earlier()) + first(server)));
    }

    private static String first(ChatReport report) {
        return report.firstWrong().isEmpty() ? "" : "; first " + report.firstWrong();
    }

    private void addShort() {
        ChatReport.Kind client = result.allShort();
        long wanted = (long) plan.connections() + plan.portCount();
        verdicts.add(Verdict.of(
                client.done() == wanted && client.failed() == 0,
                "every short connection is done",
                "%,d of %,d and, before them, %,d of %,d; failed %,d: by RST %,d, by an early FIN %,d, silent for %d s %,d, refused %,d, otherwise"
                        + " %,d",
                result.shortOnes().shortOnes().done(),
                plan.connections(),
                result.earlier().shortOnes().done(),
                plan.portCount(),
                client.failed(),
                client.resets(),
                client.earlyEof(),
                ChurnPlan.SILENCE.toSeconds(),
                client.timedOut(),
                client.refused(),
                client.other()));
    }

    private void addFaults() {
        LinkReport link = result.link();
        boolean storm = plan.weather() == Weather.Kind.STORM;
        boolean calm = plan.weather() == Weather.Kind.CALM;
        boolean happened = calm
                || (link.duplicated() > 0
                        && link.ahead() > 0
                        && link.lateDelivered() > 0
                        && (!storm || (link.lost() > 0 && link.corrupted() > 0 && link.blackHoled() > 0)));
        verdicts.add(Verdict.of(
                happened && link.noRoom() == 0 && link.refused() <= FIRST_WORDS,
                calm ? "the link carries everything" : "the link did what was asked for, and nothing else",
                "of %,d packets lost %,d, doubled %,d, ahead %,d, corrupted %,d, black-holed %,d, not carried %,d; %,d late copies reached"
                        + " the live next incarnation, planned for %,d of %,d",
                link.entered(),
                link.lost(),
                link.duplicated(),
                link.ahead(),
                link.corrupted(),
                link.blackHoled(),
                link.noRoom() + link.refused(),
                link.lateDelivered(),
                link.lateIncarnations(),
                link.live()));
    }

    private void addAges(ReuseAges ages) {
        double matched = ages.reuses() == 0 ? 0 : (double) (ages.observed() + ages.observedAfterFin()) / ages.reuses();
        verdicts.add(Verdict.of(
                ages.ledgerBelow() + ages.observedBelow() == 0
                        && matched >= LEAST_MATCHED
                        && result.observed().lostShare() <= MOST_UNSEEN,
                NOT_BELOW,
                "ledger: %,d reuses, %,d below, youngest %.3f s; observer: %,d of them, %,d below by more than %d ms, youngest %.3f s, and %,d after a FIN that"
                        + " the server had sent again; %.4f %% of the segments unseen",
                ages.reuses(),
                ages.ledgerBelow(),
                ages.ledgerYoungestMillis() / 1e3,
                ages.observed(),
                ages.observedBelow(),
                ReuseAges.LAST_ANSWER_MILLIS,
                ages.observedYoungestNanos() / 1e9,
                ages.observedAfterFin(),
                result.observed().lostShare() * 100));
    }

    private void addLeases(LedgerReport ledger) {
        verdicts.add(Verdict.of(
                ledger.leased() == 0 && ledger.waiting() == 0,
                "every lease is returned",
                "%,d leases on %,d ports, %,d held at the end, %,d in line",
                ledger.leases(),
                plan.portCount(),
                ledger.leased(),
                ledger.waiting()));
    }
}

package dev.tidewait.lab.churn;

import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.LedgerReport;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.Verdict;
import java.util.List;

/**
 * What one run of {@code lab churn} gave. Immutable.
 *
 * @param plan what was done
 * @param earlier the clients of the short connections that used every port once, before the others came
 * @param shortOnes the clients of the short connections
 * @param longOnes the clients of the long-lived ones
 * @param server the other end of all
 * @param heldAtEnd leases when the last short connection was over and the long-lived ones still open
 * @param ledger when all were over
 * @param link what the link did
 * @param observed what the observer saw beside the proxy
 * @param ages of four-tuples that were used again
 * @param seconds how long the short connections took
 */
public record ChurnResult(
        ChurnPlan plan,
        ChatReport earlier,
        ChatReport shortOnes,
        ChatReport longOnes,
        ChatReport server,
        long heldAtEnd,
        LedgerReport ledger,
        LinkReport link,
        ObserverReport observed,
        ReuseAges ages,
        double seconds) {

    public List<Verdict> verdicts() {
        return ChurnVerdicts.of(this);
    }

    /** Short connections, those of the beginning included. */
    ChatReport.Kind allShort() {
        return earlier.shortOnes().plus(shortOnes.shortOnes());
    }

    /** How often each port was leased on average. */
    public double leasesOfAPort() {
        return (double) ledger.leases() / plan.portCount();
    }
}

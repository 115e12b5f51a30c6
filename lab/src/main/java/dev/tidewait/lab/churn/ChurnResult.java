package dev.tidewait.lab.churn;

import dev.tidewait.lab.ChatReport;
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
 * @param heldAtEnd connections to the server when the last short connection was over and the long-lived ones still open
 * @param link what the link did
 * @param observed what the observer saw on the interface towards the server
 * @param account of whoever chose the ports
 * @param seconds how long the short connections took
 */
public record ChurnResult(
        ChurnPlan plan,
        ChatReport earlier,
        ChatReport shortOnes,
        ChatReport longOnes,
        ChatReport server,
        long heldAtEnd,
        LinkReport link,
        ObserverReport observed,
        Account account,
        double seconds) {

    public List<Verdict> verdicts() {
        return ChurnVerdicts.of(this);
    }

    /** Short connections, those of the beginning included. */
    ChatReport.Kind allShort() {
        return earlier.shortOnes().plus(shortOnes.shortOnes());
    }

    /** How often each port was given out on average. */
    public double usesOfAPort() {
        return (double) account.portsGiven() / plan.portCount();
    }
}

package dev.tidewait.lab.reload;

import dev.tidewait.lab.LoadReport;
import dev.tidewait.lab.ObserverReport;
import dev.tidewait.lab.Verdict;
import java.util.List;

/**
 * What one run of {@code lab reload} gave. Immutable; the histograms are not to be changed.
 *
 * @param plan what was done
 * @param reloads in the order of time
 * @param single the requests that had a connection of their own
 * @param kept the others
 * @param isUnderLoad whether requests were still sent when the last reload was over
 * @param steady what became of the connections that live long
 * @param observed what passed on the link to the server
 * @param atEnd the ledgers when everybody had gone
 * @param kernelTimeWait TIME_WAIT sockets in the proxy's kernel then
 * @param descriptorsBefore of the proxy, when it had served requests and nobody was connected
 * @param descriptorsAfter the same at the end
 */
record ReloadResult(
        ReloadPlan plan,
        List<ReloadReport> reloads,
        LoadReport single,
        LoadReport kept,
        boolean isUnderLoad,
        SteadyConnections.Report steady,
        ObserverReport observed,
        LedgerLook atEnd,
        long kernelTimeWait,
        int descriptorsBefore,
        int descriptorsAfter) {
    ReloadResult {
        reloads = List.copyOf(reloads);
    }

    List<Verdict> verdicts() {
        return ReloadVerdicts.of(this);
    }
}

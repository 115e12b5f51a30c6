package dev.tidewait.lab.reload;

/**
 * What came of one reload. Immutable.
 *
 * @param trouble what was otherwise than it must be; empty = nothing
 * @param tookMillis from the signal or the request to the last word about it
 * @param before the ledgers just before
 * @param after the ledgers just afterwards
 */
record ReloadReport(Step step, String trouble, long tookMillis, LedgerLook before, LedgerLook after) {
    boolean isAsExpected() {
        return trouble.isEmpty();
    }

    /** Share of the four-tuples with a history that the ledgers still know, 0 to 1. */
    double remembered() {
        return before.known() == 0 ? 1 : Math.min(1, (double) after.known() / before.known());
    }
}

package dev.tidewait.lab.churn;

import dev.tidewait.lab.LedgerReport;
import dev.tidewait.lab.product.HookCount;

/** What whoever chose the ports counted, beside what the observer saw of it. Immutable. */
public sealed interface Account {
    /** How many connections got a port. */
    long portsGiven();

    /**
     * The proxy's.
     *
     * @param ledger when all connections were over
     * @param ages of four-tuples that were used again
     */
    record OfLedger(LedgerReport ledger, ReuseAges ages) implements Account {
        @Override
        public long portsGiven() {
            return ledger.leases();
        }
    }

    /**
     * That of {@code tidewait run}.
     *
     * @param count when all connections were over
     * @param ages of four-tuples that were used again
     * @param heldOnItsPorts connections to the server on the ports that it gives out, when the last short one was over; the kernel's automatic
     *     ones lie elsewhere
     */
    record OfHook(HookCount count, HookAges ages, long heldOnItsPorts) implements Account {
        @Override
        public long portsGiven() {
            return count.chosen();
        }
    }
}

package dev.tidewait.doctor.census;

import dev.tidewait.doctor.census.TidewaitAccounts.Way;
import dev.tidewait.ports.PortSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Lets the ledgers of Tidewait have the last word about their own ports: they know the floor of each, and those that rest without a socket. Owned by one
 * thread, used for one report.
 */
final class LedgerView {
    private final TidewaitAccounts accounts;
    private final AutomaticPorts automatic;
    /** Ports of Tidewait are such as connect() chooses too (a dedicated host), so that sockets do not tell whose they are. */
    private final boolean sharesRange;

    private final Set<Way> seen = new HashSet<>();

    LedgerView(TidewaitAccounts accounts, AutomaticPorts automatic) {
        this.accounts = accounts;
        this.automatic = automatic;
        sharesRange = accounts.accounts().stream()
                .anyMatch(account -> account instanceof TidewaitAccount.OfLedgers
                        && !account.ports().and(automatic.usable()).isEmpty());
    }

    List<CensusNote> notes() {
        return accounts.notes();
    }

    /** How many ports Tidewait may choose from for a pair whose connections are its own, before a ledger is asked. */
    int usable(PairFold pair) {
        return accounts.hook(new Way(pair.sourceAddress(), pair.destination()))
                .map(hook -> hook.ports().and(automatic.own()))
                .filter(ports -> !ports.isEmpty())
                .map(PortSet::size)
                .orElse(pair.own.usable.size());
    }

    /** What was found by sockets, corrected by the ledger if the greater part of the connections is in its books. */
    DestinationUse correct(DestinationUse bySockets, PairFold pair) {
        Way way = new Way(bySockets.source(), bySockets.destination());
        Optional<LedgerUse> found = accounts.ledger(way);
        if (found.isEmpty()) {
            return bySockets;
        }
        LedgerUse ledger = found.get();
        seen.add(way);
        return sharesRange || ledger.inUse() >= pair.automatic.inUse
                ? byLedger(way, bySockets.counts(), bySockets.ages(), bySockets.flow(), ledger)
                : bySockets.with(ledger);
    }

    /**
     * Rows for what only ledgers know: ports that rest without a socket. After all sockets were corrected.
     *
     * @param compared there were two looks, and neither saw a connection
     */
    List<DestinationUse> withoutSockets(boolean compared) {
        OptionalDouble none = compared ? OptionalDouble.of(0) : OptionalDouble.empty();
        Flow still = new Flow(none, 0, 0, none, OptionalDouble.empty());
        List<DestinationUse> uses = new ArrayList<>();
        accounts.ledgers().forEach((way, use) -> {
            if (use.isNoticeable() && !seen.contains(way)) {
                uses.add(byLedger(way, new StateTally().counts(), TimeWaitAges.NONE, still, use));
            }
        });
        return uses;
    }

    private static DestinationUse byLedger(
            Way way, StateCounts counts, TimeWaitAges ages, Flow flow, LedgerUse ledger) {
        return new DestinationUse(
                way.source(),
                way.destination(),
                counts,
                ledger.usable(),
                ledger.inUse(),
                ledger.inUse() - ledger.taken(),
                ledger.inUse() / 2, // its order knows no parity
                ages,
                flow,
                ledger.exhaustion(),
                Owners.NONE,
                CountedBy.LEDGER,
                Optional.of(ledger));
    }
}

package dev.tidewait.doctor.census;

import dev.tidewait.doctor.census.TidewaitAccounts.Way;
import dev.tidewait.ports.PortSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    /**
     * Where ports of Tidewait are such as connect() chooses too (a dedicated host), so that sockets do not tell whose they are: how many there are.
     */
    private final Map<Way, Integer> shared = new HashMap<>();

    private final Set<Way> seen = new HashSet<>();

    LedgerView(TidewaitAccounts accounts, AutomaticPorts automatic) {
        this.accounts = accounts;
        this.automatic = automatic;
        for (TidewaitAccount account : accounts.accounts()) {
            if (account instanceof TidewaitAccount.OfLedgers program) {
                int ports = program.ports().and(automatic.usable()).size();
                if (ports > 0) {
                    program.rows()
                            .forEach(
                                    row -> shared.merge(new Way(row.source(), row.destination()), ports, Integer::sum));
                }
            }
        }
    }

    List<CensusNote> notes() {
        return accounts.notes();
    }

    /** How many ports Tidewait may choose from for a pair whose connections are its own, before a ledger is asked. */
    int usable(PairFold pair) {
        return hookPorts(pair).map(PortSet::size).orElse(pair.own.usable.size());
    }

    /** By what that is known. */
    CountedBy countedBy(PairFold pair) {
        if (!pair.isTidewaits()) {
            return CountedBy.SOCKETS;
        }
        return hookPorts(pair).isPresent() ? CountedBy.HOOK : CountedBy.FLOOR;
    }

    private Optional<PortSet> hookPorts(PairFold pair) {
        return accounts.hook(new Way(pair.sourceAddress(), pair.destination()))
                .map(hook -> hook.ports().and(automatic.own()))
                .filter(ports -> !ports.isEmpty());
    }

    /**
     * What was found by sockets, corrected by the ledger where the kernel's sockets say that they are mostly Tidewait's. What a ledger claims proves nothing:
     * it must not talk away what other programs use up.
     */
    DestinationUse correct(DestinationUse bySockets, PairFold pair) {
        Way way = new Way(bySockets.source(), bySockets.destination());
        Optional<LedgerUse> found = accounts.ledger(way);
        if (found.isEmpty()) {
            return bySockets;
        }
        LedgerUse ledger = found.get();
        seen.add(way);
        return pair.isTidewaits() || pair.automatic.inUse <= shared.getOrDefault(way, 0)
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

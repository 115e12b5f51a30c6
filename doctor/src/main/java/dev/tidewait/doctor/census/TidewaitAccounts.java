package dev.tidewait.doctor.census;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the Tidewait programs of this network namespace say of their ports, found by source and destination. Immutable. */
public final class TidewaitAccounts {
    /** Nobody was asked. */
    public static final TidewaitAccounts NONE = new TidewaitAccounts(List.of(), List.of());

    private final Map<Way, LedgerUse> ledgers = new HashMap<>();
    private final Map<Way, TidewaitAccount> hooks = new HashMap<>();
    private final List<TidewaitAccount> accounts;
    private final List<CensusNote> notes;

    /** From where to where. */
    record Way(IpAddress source, Destination destination) {}

    /** @param notes whom nobody could ask, or who did not answer */
    public TidewaitAccounts(List<TidewaitAccount> accounts, List<CensusNote> notes) {
        this.accounts = List.copyOf(accounts);
        this.notes = List.copyOf(notes);
        for (TidewaitAccount account : accounts) {
            switch (account) {
                case TidewaitAccount.OfLedgers program ->
                    program.rows()
                            .forEach(row -> ledgers.merge(
                                    new Way(row.source(), row.destination()), row.use(), LedgerUse::plus));
                case TidewaitAccount.OfHook hook ->
                    hook.served()
                            .forEach(served -> hooks.putIfAbsent(new Way(served.source(), served.destination()), hook));
            }
        }
    }

    List<TidewaitAccount> accounts() {
        return accounts;
    }

    List<CensusNote> notes() {
        return notes;
    }

    Optional<LedgerUse> ledger(Way way) {
        return Optional.ofNullable(ledgers.get(way));
    }

    /** The hook that chooses ports there. */
    Optional<TidewaitAccount> hook(Way way) {
        return Optional.ofNullable(hooks.get(way));
    }

    Map<Way, LedgerUse> ledgers() {
        return Collections.unmodifiableMap(ledgers);
    }
}

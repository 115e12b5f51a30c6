package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.LedgerUse;
import java.util.Locale;
import java.util.Optional;

/** What a row of the table says of Tidewait's own ports. No state. */
final class LedgerText {
    private LedgerText() {}

    /** The line below the row, short enough for 80 columns; empty where Tidewait serves nobody. Headroom is in the row. */
    static Optional<String> line(DestinationUse use) {
        if (use.ledger().isEmpty()) {
            return withoutLedger(use.countedBy());
        }
        LedgerUse ledger = use.ledger().get();
        return Optional.of(String.format(
                Locale.ROOT,
                "      Tidewait's ledger: %,d leased, %,d cooling; %,.0f leases/s%s",
                ledger.leased(),
                ledger.cooling(),
                ledger.leasesPerSecond(),
                ledger.waiting() == 0 ? "" : String.format(Locale.ROOT, "; %,d wait", ledger.waiting())));
    }

    private static Optional<String> withoutLedger(CountedBy countedBy) {
        return switch (countedBy) {
            case FLOOR -> Optional.of("      ports of Tidewait; no ledger could be asked, so by the shortest floor");
            case HOOK -> Optional.of("      ports of a hook, which keeps no ledger; by the shortest floor");
            case SOCKETS, LEDGER -> Optional.empty();
        };
    }
}

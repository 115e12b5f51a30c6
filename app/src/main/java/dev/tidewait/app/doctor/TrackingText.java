package dev.tidewait.app.doctor;

import dev.tidewait.doctor.host.Conntrack;
import dev.tidewait.doctor.host.SourceNat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What connection tracking and NAT limit, in words. No state. */
final class TrackingText {
    private TrackingText() {}

    static List<String> lines(Conntrack table) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "  connection tracking: %,d of %,d entries; one stays %s after the close",
                table.count(),
                table.max(),
                seconds(table.timeWaitSeconds())));
        table.nat()
                .filter(nat -> nat.mappingCount() > 0)
                .ifPresent(nat -> lines.add(String.format(
                        Locale.ROOT,
                        "  NAT: %,d connections leave with another source; %,d ports for each such address and destination, each kept as long",
                        nat.mappingCount(),
                        SourceNat.PORTS)));
        return lines;
    }

    private static String seconds(OptionalLong seconds) {
        return seconds.isPresent() ? seconds.getAsLong() + " s" : "an unknown time";
    }
}

package dev.tidewait.app.doctor;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewait.doctor.census.BucketUse;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.StateCounts;
import dev.tidewait.doctor.finding.Finding;
import dev.tidewait.doctor.finding.Fix;
import dev.tidewait.doctor.finding.Severity;
import dev.tidewait.doctor.host.Feature;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.PortFacts;
import dev.tidewait.doctor.host.TimeWaitFacts;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.proxy.address.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A diagnosis for people. Used by one thread. */
public final class DoctorText {
    private static final int MOST_DESTINATIONS = 10;
    /** Addresses. */
    private static final int MOST_SOURCES = 4;
    /** TCP_TIMEWAIT_LEN. */
    private static final int TIME_WAIT_SECONDS = 60;

    /** What proves harm, in words. */
    private static final List<Harm> HARM = List.of(
            new Harm(CounterReading.TIME_WAIT_OVERFLOW, "closed without TIME_WAIT (overflow)"),
            new Harm(CounterReading.SYN_RETRANSMITS, "SYN sent again"),
            new Harm(CounterReading.FAILED_ATTEMPTS, "failed connects"),
            new Harm(CounterReading.PAWS_ESTABLISHED, "refused by PAWS"),
            new Harm(CounterReading.PAWS_TIME_WAIT, "refused by PAWS in TIME_WAIT"),
            new Harm(CounterReading.PAWS_ACTIVE, "answers to our SYN refused by PAWS"),
            new Harm(CounterReading.ESTABLISHED_RESETS, "connections reset"),
            new Harm(CounterReading.RESETS_SENT, "RST sent"));

    private final Style style;
    private final boolean all;
    private final int columns;
    private final List<String> lines = new ArrayList<>();

    private record Harm(String counter, String words) {}

    private DoctorText(Style style, boolean all, int columns) {
        this.style = style;
        this.all = all;
        this.columns = columns;
    }

    /**
     * One line each.
     *
     * @param all also what is in order, and every destination
     * @param columns how long a line of the table may be
     */
    public static List<String> lines(Diagnosis diagnosis, Style style, boolean all, int columns) {
        DoctorText text = new DoctorText(style, all, columns);
        text.limits(diagnosis.facts());
        text.users(diagnosis.census());
        text.buckets(diagnosis.census().buckets());
        text.counters(diagnosis.census().counters());
        text.findings(diagnosis.findings());
        text.unseen(diagnosis);
        return text.lines;
    }

    private void limits(HostFacts facts) {
        PortFacts ports = facts.ports();
        heading("What limits new connections here (network namespace " + facts.namespace() + ", Linux "
                + facts.kernel().release() + ")");
        line(
                "  ports: %,d usable for each source and destination, of %d-%d%s%s",
                ports.usableCount(),
                ports.range().lowest(),
                ports.range().highest(),
                ports.reserved().isEmpty() ? "" : ", less reserved ones",
                ports.listeningInside().isEmpty()
                        ? ""
                        : format(
                                ", less %,d with listeners",
                                ports.listeningInside().size()));
        boolean reused = TimeWaitFacts.is(facts.timeWait().twReuse(), 1);
        line(
                "  at most %,d new connections a second to one destination, where this end closes first (%,d ports / 60 s of TIME_WAIT)%s",
                ports.usableCount() / TIME_WAIT_SECONDS,
                ports.usableCount(),
                reused ? "; more to peers with TCP timestamps (tcp_tw_reuse)" : "");
        line("  sources: %s", sources(facts.sources()));
        if (!ports.ofTidewait().isEmpty()) {
            line("  ports of Tidewait: %s", ports.ofTidewait());
        }
        line(
                "  settings: tcp_tw_reuse %s, tcp_timestamps %s, tcp_max_tw_buckets %s",
                setting(facts.timeWait().twReuse()),
                setting(facts.timeWait().timestamps()),
                setting(facts.timeWait().maxBuckets()));
        if (all) {
            line(
                    "  connect() takes the %,d %s ports first, those with the parity of the lowest one",
                    ports.firstParityCount(), ports.range().lowest() % 2 == 0 ? "even" : "odd");
            for (Feature feature : facts.features().all()) {
                line("  %s: %s (%s)", feature.name(), word(feature), feature.reason());
            }
            line(
                    "  file descriptors of the system: %s of %s",
                    setting(facts.files().allocated()), setting(facts.files().max()));
        }
        facts.conntrack()
                .filter(table -> all || table.count() > 0)
                .map(TrackingText::lines)
                .ifPresent(lines::addAll);
        blank();
    }

    private static String sources(List<IpAddress> sources) {
        if (sources.isEmpty()) {
            return "no address but those of loopback";
        }
        String named = sources.stream()
                .limit(MOST_SOURCES)
                .map(source -> Addresses.text(source.toInetAddress()))
                .collect(Collectors.joining(", "));
        int more = sources.size() - MOST_SOURCES;
        return named + (more > 0 ? format(" and %,d more", more) : "") + "; each has these ports for itself";
    }

    private void users(CensusReport census) {
        heading(format(
                "Who uses the ports: %,d connections from here to %s, and %,d from outside",
                census.outgoing().total(),
                counted(census.destinations().size(), "destination"),
                census.incoming().total()));
        if (census.destinations().isEmpty()) {
            line("  nobody: no connection was opened from here, and none is in TIME_WAIT");
        } else {
            table(census.destinations().stream()
                    .limit(all ? Integer.MAX_VALUE : MOST_DESTINATIONS)
                    .toList());
        }
        if (all) {
            census.sources()
                    .forEach(use -> line(
                            "  from %s: %s to %s, on %,d of %,d ports",
                            Addresses.text(use.source().toInetAddress()),
                            counted(use.socketCount(), "connection"),
                            counted(use.destinationCount(), "destination"),
                            use.portCount(),
                            use.usable()));
        }
        if (!all && census.destinations().size() > MOST_DESTINATIONS) {
            line("  and %,d more (--all shows them)", census.destinations().size() - MOST_DESTINATIONS);
        }
        blank();
    }

    private void table(List<DestinationUse> uses) {
        DestinationTable table = DestinationTable.of(uses, columns);
        lines.addAll(table.heading());
        for (int i = 0; i < uses.size(); i++) {
            lines.addAll(table.row(i));
            LedgerText.line(uses.get(i)).ifPresent(lines::add);
            if (all) {
                lines.add(states(uses.get(i)));
            }
        }
    }

    /** What the columns have no room for. */
    private static String states(DestinationUse use) {
        StateCounts counts = use.counts();
        int finWait = counts.finWait1() + counts.finWait2();
        return format(
                "      %,d established, %,d in FIN_WAIT, %,d in other states before TIME_WAIT; %,d usable ports",
                counts.established(), finWait, counts.live() - counts.established() - finWait, use.usable());
    }

    private void buckets(BucketUse buckets) {
        heading("tcp_max_tw_buckets: " + filled(buckets));
        line(
                "  %,d of connections from here, %,d of connections from outside, %,.0f more a second; full: %s",
                buckets.outgoingCount(),
                buckets.incomingCount(),
                buckets.perSecond(),
                DestinationTable.time(buckets.exhaustion()));
        blank();
    }

    private static String filled(BucketUse buckets) {
        if (buckets.maxBuckets().isEmpty()) {
            return format("%,d in TIME_WAIT, the limit cannot be read", buckets.timeWaitCount());
        }
        long max = buckets.maxBuckets().getAsLong();
        return format(
                "%,d of %,d in use (%.0f %%)",
                buckets.timeWaitCount(), max, max == 0 ? 100 : 100.0 * buckets.timeWaitCount() / max);
    }

    private void counters(CounterReading counters) {
        List<String> harm = new ArrayList<>();
        for (Harm one : HARM) {
            long now = counters.now(one.counter()).orElse(0);
            if (now > 0 || all) {
                harm.add(format(
                        "%s %,d (+%,d)",
                        one.words(), now, counters.growth(one.counter()).orElse(0)));
            }
        }
        heading("Harm done, since this namespace was made (and between the two looks)");
        line("  %s", harm.isEmpty() ? "none" : String.join(", ", harm));
        blank();
    }

    private void findings(List<Finding> findings) {
        List<Finding> shown = findings.stream()
                .filter(finding -> all || finding.isAtLeast(Severity.NOTE))
                .toList();
        heading("Findings");
        if (shown.stream().noneMatch(finding -> finding.isAtLeast(Severity.NOTE))) {
            lines.add("  " + style.mark(Severity.OK, "fine: nothing stands in the way of new connections"));
        }
        shown.forEach(this::finding);
    }

    private void finding(Finding finding) {
        lines.add("  " + style.mark(finding.severity(), format("%-7s", finding.severity()))
                + Printable.of(format("  %s  [%s]", finding.title(), finding.key())));
        finding.evidence().forEach(seen -> line("           %s", seen));
        finding.fix().ifPresent(this::fix);
    }

    private void fix(Fix fix) {
        if (!fix.advice().isEmpty()) {
            line("           fix:       %s", fix.advice());
        }
        labelled("now:", fix.commands());
        labelled("for good:", fix.permanent());
        line("           changes:   %s", fix.change());
        line("           risk:      %s", fix.risk());
    }

    private void labelled(String label, List<String> commands) {
        String first = label;
        for (String command : commands) {
            line("           %-10s %s", first, command);
            first = "";
        }
    }

    private void unseen(Diagnosis diagnosis) {
        List<String> unseen = new ArrayList<>();
        diagnosis.facts().unseen().forEach(one -> unseen.add(one.toString()));
        diagnosis
                .census()
                .notes()
                .forEach(note -> unseen.add(
                        note.what() + ": " + note.why() + (note.cure().isEmpty() ? "" : ". " + note.cure())));
        if (unseen.isEmpty()) {
            return;
        }
        blank();
        heading("What could not be seen");
        unseen.forEach(one -> line("  %s", one));
    }

    private static String word(Feature feature) {
        return switch (feature.presence()) {
            case YES -> "yes";
            case NO -> "no";
            case UNKNOWN -> "unknown";
        };
    }

    private static String setting(OptionalLong value) {
        return value.isPresent() ? format("%d", value.getAsLong()) : "not readable";
    }

    private static String counted(int count, String one) {
        return format("%,d %s%s", count, one, count == 1 ? "" : "s");
    }

    private void heading(String words) {
        lines.add(style.heading(words));
    }

    private void blank() {
        lines.add("");
    }

    /** Whatever stands in it may come from elsewhere; what {@link Style} adds does not go this way. */
    @FormatMethod
    private void line(String pattern, Object... values) {
        lines.add(Printable.of(format(pattern, values)));
    }

    @FormatMethod
    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

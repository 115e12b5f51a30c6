package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.host.HostFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All checks. Any thread. */
public final class Checks {
    /** What stops connections comes first, what is only believed to help last. */
    private static final List<Check> IN_ORDER = List.of(
            new DestinationExhaustion(),
            new EarlyBind(),
            new BucketOverflow(),
            new BucketLimit(),
            new ConntrackLimit(),
            new NatPorts(),
            new NatOnTheWay(),
            new DescriptorLimit(),
            new TwReuse(),
            new Timestamps(),
            new ShortConnections(),
            new NarrowRange(),
            new ListeningInRange(),
            new RangeParity(),
            new FailedConnects(),
            new PawsRejects(),
            new FinTimeoutMyth(),
            new RecycleMyth(),
            new Ipv6RangeMyth());

    private Checks() {}

    /** Every check, in the order of the report. */
    public static List<Check> inOrder() {
        return IN_ORDER;
    }

    /** What all checks say, those of {@link Severity#OK} too: the worst first, equal ones in the order of the checks. */
    public static List<Finding> look(HostFacts facts, CensusReport census) {
        return IN_ORDER.stream()
                .flatMap(check -> check.look(facts, census).stream())
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    /** The text about one key; empty if there is no such check. */
    public static Optional<Explanation> explain(String key) {
        return IN_ORDER.stream()
                .map(Check::explanation)
                .filter(text -> text.key().equals(key))
                .findFirst();
    }
}

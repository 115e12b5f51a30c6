package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.BucketUse;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Flow;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.census.Owners;
import dev.tidewait.doctor.census.SourceUse;
import dev.tidewait.doctor.census.StateCounts;
import dev.tidewait.doctor.census.TimeWaitAges;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reports of hosts that would take long to bring about. */
final class MadeUp {
    static final IpAddress SOURCE = IpAddress.of(InetAddress.ofLiteral("198.51.100.1"));
    static final int USABLE = 28_232;
    static final Exhaustion NEVER = new Exhaustion.NotForeseen(100);
    static final BucketUse FEW_BUCKETS = new BucketUse(10, OptionalLong.of(131_072), 10, 0, 0.5, NEVER);

    private MadeUp() {}

    static CensusReport quiet() {
        return report(List.of(), List.of(), FEW_BUCKETS, CounterReading.NONE);
    }

    static CensusReport destinations(DestinationUse... destinations) {
        return report(List.of(destinations), List.of(), FEW_BUCKETS, CounterReading.NONE);
    }

    static CensusReport buckets(BucketUse buckets) {
        return report(List.of(), List.of(), buckets, CounterReading.NONE);
    }

    /** Counters that grew within two seconds. */
    static CensusReport growth(Map<String, Long> growth) {
        return report(List.of(), List.of(), FEW_BUCKETS, new CounterReading(growth, growth));
    }

    /** The same while so many connects wait for an answer here, and so many of others are half done. */
    static CensusReport growth(Map<String, Long> growth, int synSent, int synReceived) {
        return report(
                List.of(),
                List.of(),
                FEW_BUCKETS,
                new CounterReading(growth, growth),
                new StateCounts(synSent, 0, 0, 0, 0, 0, 0, 0, 0),
                new StateCounts(0, synReceived, 0, 0, 0, 0, 0, 0, 0));
    }

    static CensusReport report(
            List<DestinationUse> destinations, List<SourceUse> sources, BucketUse buckets, CounterReading counters) {
        return report(destinations, sources, buckets, counters, StateCounts.NONE, StateCounts.NONE);
    }

    private static CensusReport report(
            List<DestinationUse> destinations,
            List<SourceUse> sources,
            BucketUse buckets,
            CounterReading counters,
            StateCounts outgoing,
            StateCounts incoming) {
        return new CensusReport(
                OptionalDouble.of(2),
                destinations,
                sources,
                List.of(),
                outgoing,
                incoming,
                buckets,
                counters,
                List.of());
    }

    /** A destination whose connections are all TIME_WAIT. */
    static DestinationUse timeWait(String address, int count, Exhaustion exhaustion) {
        return use(address, 0, count, count / 2, exhaustion);
    }

    static DestinationUse use(String address, int established, int timeWait, int firstParity, Exhaustion exhaustion) {
        return new DestinationUse(
                SOURCE,
                new Destination(IpAddress.of(InetAddress.ofLiteral(address)), 443),
                new StateCounts(0, 0, established, 0, 0, timeWait, 0, 0, 0),
                USABLE,
                established + timeWait,
                0,
                firstParity,
                TimeWaitAges.NONE,
                new Flow(
                        OptionalDouble.of(timeWait / 60.0),
                        timeWait / 60.0,
                        0,
                        OptionalDouble.of(0),
                        OptionalDouble.of(0.2)),
                exhaustion,
                new Owners(List.of(new Owner(4_711, "nginx", 12)), 0),
                CountedBy.SOCKETS,
                Optional.empty());
    }
}

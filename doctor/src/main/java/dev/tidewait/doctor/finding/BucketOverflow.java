package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.host.HostFacts;
import java.util.List;
import java.util.OptionalLong;

/** TIME_WAIT was refused because tcp_max_tw_buckets was reached. */
final class BucketOverflow implements Check {
    @Override
    public Explanation explanation() {
        return new Explanation(
                "tw-overflow",
                "The counter TCPTimeWaitOverflow: closes that got no TIME_WAIT because tcp_max_tw_buckets was reached.",
                "connections since the network namespace was made",
                "0",
                "Each one is a connection whose four-tuple is unprotected from the moment it closed; and the peer's last segments are answered with a reset.",
                "Linux tcp_time_wait(), LINUX_MIB_TCPTIMEWAITOVERFLOW");
    }

    @Override
    public List<Finding> look(HostFacts facts, CensusReport census) {
        OptionalLong now = census.counters().now(CounterReading.TIME_WAIT_OVERFLOW);
        if (now.isEmpty()) {
            return List.of();
        }
        long total = now.getAsLong();
        long growth =
                census.counters().growth(CounterReading.TIME_WAIT_OVERFLOW).orElse(0);
        if (total == 0) {
            return explanation().fine("No TIME_WAIT was refused");
        }
        List<String> evidence = List.of(
                "TCPTimeWaitOverflow is " + Figures.count(total),
                census.spanSeconds().isPresent()
                        ? "it grew by " + Figures.count(growth) + " in "
                                + Figures.time(census.spanSeconds().getAsDouble())
                        : "whether it still grows, two looks would show");
        return growth > 0
                ? explanation()
                        .found(
                                Severity.TROUBLE,
                                "The newest TIME_WAIT sockets are being dropped",
                                evidence,
                                BucketLimit.fix(census, facts))
                : explanation()
                        .found(
                                Severity.NOTE,
                                "TIME_WAIT sockets were dropped at some time",
                                evidence,
                                BucketLimit.fix(census, facts));
    }
}

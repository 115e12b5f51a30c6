package dev.tidewait.ports.bench;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.DestinationPolicy;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.LeaseOutcome;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.Source;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the choice among stripes costs one thread: loops that take turns stay in their own stripes, one loop alone takes from all. Ports are
 * reused at 6 s, so that none is as good as new.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StripesBenchmark {
    private static final int PORTS = 62_976;
    private static final int LEASES_PER_MILLI = 10;
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 1, 0, 1}), 443);
    private static final Ending CLOSED =
            new Ending(Ending.Close.WE_FIRST, true, 50_000, 200_000, 10, 1_000, 1_000, true, true, 0x5eed);

    @Param({"1", "2", "8"})
    int stripes;

    @Param({"true", "false"})
    boolean oneLoopAlone;

    private final Lease lease = new Lease();
    private PortLedgers ledgers = ledgers(1);
    private long operations;

    /** Uses every port once. */
    @Setup
    public void warmLedger() {
        ledgers = ledgers(stripes);
        operations = 0;
        for (int i = 0; i < PORTS; i++) {
            leaseAndRelease();
        }
    }

    @Benchmark
    public LeaseOutcome leaseAndRelease() {
        long now = operations / LEASES_PER_MILLI;
        int loop = oneLoopAlone ? 0 : (int) operations & (stripes - 1);
        LeaseOutcome outcome = ledgers.lease(lease, DESTINATION, loop, now);
        lease.release(CLOSED, now);
        operations++;
        return outcome;
    }

    private static PortLedgers ledgers(int stripes) {
        Source source = new Source(
                IpAddress.of(new byte[] {10, 0, 0, 1}), new PortOrder(PortSet.range(1_024, 1_023 + PORTS), 1, 42));
        DestinationPolicy policy = new DestinationPolicy(Floors.DEFAULT, List.of(source));
        return new PortLedgers(
                destination -> policy, new PortLedgers.Limits(stripes, true, 1_000, 1_000), (pool, atMillis) -> {});
    }
}

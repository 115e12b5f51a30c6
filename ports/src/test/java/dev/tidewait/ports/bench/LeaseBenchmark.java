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
import java.util.ArrayList;
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
 * One lease and its release at a warm ledger: all ports used before, 10,000 leases a second of simulated time, so that every port
 * is past its floor when its turn comes. At most 50 ns, better 30, and no allocation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LeaseBenchmark {
    private static final int PORTS = 62_976;
    private static final int LEASES_PER_MILLI = 10;
    /** With eight classes, every so many endings one has another floor than the rest. */
    private static final int RARE = 64;

    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 1, 0, 1}), 443);

    @Param({"1", "4"})
    int sources;

    @Param({"1", "8"})
    int floorClasses;

    @Param({"true", "false"})
    boolean timestamps;

    private final Lease lease = new Lease();
    private PortLedgers ledgers = ledgers(1);
    private Ending[] endings = {};
    private long operations;

    /** Uses every port once. */
    @Setup
    public void warmLedger() {
        ledgers = ledgers(sources);
        endings = endings(floorClasses, timestamps);
        operations = 0;
        for (int i = 0; i < sources * PORTS; i++) {
            leaseAndRelease();
        }
    }

    @Benchmark
    public LeaseOutcome leaseAndRelease() {
        long now = operations / LEASES_PER_MILLI;
        LeaseOutcome outcome = ledgers.lease(lease, DESTINATION, 0, now);
        // A power of two of them: a division here would be a tenth of the figure.
        lease.release(endings[(int) operations & (endings.length - 1)], now);
        operations++;
        return outcome;
    }

    private static PortLedgers ledgers(int sourceCount) {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < sourceCount; i++) {
            IpAddress address = IpAddress.of(new byte[] {10, 0, 0, (byte) (i + 1)});
            sources.add(new Source(address, new PortOrder(PortSet.range(1_024, 1_023 + PORTS), i, 42)));
        }
        DestinationPolicy policy = new DestinationPolicy(Floors.DEFAULT, sources);
        return new PortLedgers(
                destination -> policy, new PortLedgers.Limits(1, true, 1_000, 1_000), (pool, atMillis) -> {});
    }

    /** Endings whose floors lie in one class, or rarely in any of the others. */
    private static Ending[] endings(int floorClasses, boolean timestamps) {
        Ending usual = ending(timestamps, 200_000, 1_000);
        if (floorClasses == 1) {
            return new Ending[] {usual};
        }
        Ending[] rare = {
            ending(true, 200_000, 1_000),
            ending(true, 500_000, 1_000),
            ending(false, 200_000, 1_000),
            ending(true, 4_000_000, 1_000),
            ending(false, 200_000, -1),
            ending(true, 8_000_000, 1_000),
            ending(true, 18_000_000, 1_000),
            ending(true, 100_000_000, 1_000),
        };
        Ending[] mixed = new Ending[RARE * rare.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = i % RARE == 0 ? rare[i / RARE] : usual;
        }
        return mixed;
    }

    private static Ending ending(boolean timestamps, long rtoMicros, long bytesSent) {
        return new Ending(
                Ending.Close.WE_FIRST, timestamps, 50_000, rtoMicros, 10, bytesSent, 1_000, true, true, 0x5eed);
    }
}

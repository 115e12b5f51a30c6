package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cooling ports cost, measured on the heap. */
class MemoryTest {
    private static final int PORTS = 62_976;
    private static final int SOURCES = 8;
    /** 20 ledgers of 8 sources with 62,976 ports each: ten million cooling ports. */
    private static final int DESTINATIONS = 20;

    private static final long FEW = 1_000_000;

    private final List<Source> sources = new ArrayList<>();
    private final Lease[] leases = new Lease[SOURCES * PORTS + 1];

    MemoryTest() {
        Arrays.setAll(leases, i -> new Lease());
        for (int i = 0; i < SOURCES; i++) {
            IpAddress address = IpAddress.of(new byte[] {10, 0, 0, (byte) (i + 1)});
            sources.add(new Source(address, new PortOrder(PortSet.range(1_024, 1_023 + PORTS), i, 42)));
        }
    }

    private PortLedgers ledgers() {
        DestinationPolicy policy = new DestinationPolicy(Floors.DEFAULT, sources);
        return new PortLedgers(destination -> policy, new PortLedgers.Limits(2, true, 100, 10), (pool, at) -> {});
    }

    private static Destination destination(int number) {
        return new Destination(IpAddress.of(new byte[] {10, 1, 0, (byte) number}), 80);
    }

    private static Ending closed(boolean timestamps, long rtoMicros) {
        return new Ending(Ending.Close.WE_FIRST, timestamps, 0, rtoMicros, 10, 1, 1, true, true, 0x5eed);
    }

    /** Leases all ports, then releases them. */
    private void use(PortLedgers ledgers, int destinations, Ending ending, long now) {
        for (int i = 0; i < destinations; i++) {
            int held = 0;
            while (ledgers.lease(leases[held], destination(i), i, now) instanceof Lease) {
                held++;
            }
            for (int j = 0; j < held; j++) {
                leases[j].release(ending, now);
            }
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static long cooling(PortLedgers ledgers, long now) {
        return ledgers.snapshots(now).stream().mapToLong(PoolSnapshot::cooling).sum();
    }

    @Test
    void shouldKeepTenMillionCoolingPortsAtSixteenBytesEach() {
        long before = usedBytes();
        PortLedgers ledgers = ledgers();
        use(ledgers, DESTINATIONS, closed(true, 200_000), 0);

        long ports = (long) DESTINATIONS * SOURCES * PORTS;
        assertThat(cooling(ledgers, 0)).isEqualTo(ports).isGreaterThan(10_000_000L);
        assertThat(usedBytes() - before).isLessThanOrEqualTo(16 * ports + FEW);
    }

    @Test
    void shouldKeepThoseWithoutTimestampsAtThirtyTwoBytesEach() {
        long before = usedBytes();
        PortLedgers ledgers = ledgers();
        use(ledgers, 2, closed(false, 200_000), 0);

        long ports = 2L * SOURCES * PORTS;
        assertThat(cooling(ledgers, 0)).isEqualTo(ports);
        assertThat(usedBytes() - before).isLessThanOrEqualTo(32 * ports + FEW).isGreaterThan(16 * ports);
    }

    @Test
    void shouldNotPayTwiceForPortsThatMoveToAnotherFloor() {
        long before = usedBytes();
        PortLedgers ledgers = ledgers();
        long now = 0;
        for (long rto : new long[] {200_000, 500_000, 1_400_000, 4_000_000, 8_000_000, 18_000_000, 100_000_000}) {
            use(ledgers, 1, closed(true, rto), now);
            now += 500_000;
        }

        long ports = (long) SOURCES * PORTS;
        assertThat(cooling(ledgers, now)).isEqualTo(ports);
        assertThat(usedBytes() - before).isLessThanOrEqualTo(16 * ports + FEW);
    }

    @Test
    void shouldForgetAnUnusedLedgerAfterTheCeilingAndNotBefore() {
        long before = usedBytes();
        PortLedgers ledgers = ledgers();
        use(ledgers, 1, closed(true, 200_000), 0);

        ledgers.sweep(63_749);
        assertThat(ledgers.snapshots(63_749)).hasSize(1);
        ledgers.sweep(63_750);
        assertThat(ledgers.snapshots(63_750)).isEmpty();
        assertThat(usedBytes() - before).isLessThan(FEW);
    }
}

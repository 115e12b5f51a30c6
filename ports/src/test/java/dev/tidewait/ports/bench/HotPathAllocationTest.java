package dev.tidewait.ports.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.fixture.AllocatedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hot path of this room allocates nothing: the operations of the benchmarks, counted instead of timed. */
class HotPathAllocationTest {
    /** Every port of four sources has its turn once and a bit. */
    private static final int ONCE_AROUND = 4 * 65_536;

    private static final int FEW = 10_000;

    private Object kept = "";

    @ParameterizedTest
    @CsvSource({"1, 1, true", "1, 1, false", "1, 8, true", "4, 1, true", "4, 8, false"})
    void shouldLeaseAndReleaseWithoutGarbage(int sources, int floorClasses, boolean timestamps) {
        LeaseBenchmark lease = new LeaseBenchmark();
        lease.sources = sources;
        lease.floorClasses = floorClasses;
        lease.timestamps = timestamps;
        lease.warmLedger();

        assertThat(AllocatedBytes.each(lease::leaseAndRelease, ONCE_AROUND, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"2, false", "2, true", "8, true"})
    void shouldChooseAmongStripesWithoutGarbage(int stripes, boolean oneLoopAlone) {
        StripesBenchmark lease = new StripesBenchmark();
        lease.stripes = stripes;
        lease.oneLoopAlone = oneLoopAlone;
        lease.warmLedger();

        assertThat(AllocatedBytes.each(lease::leaseAndRelease, ONCE_AROUND, 0)).isZero();
    }

    @Test
    void shouldDecideWithoutGarbage() {
        DecisionBenchmark decision = new DecisionBenchmark();

        assertThat(AllocatedBytes.each(decision::mayBeReused, FEW, 0)).isZero();
        assertThat(AllocatedBytes.each(decision::floor, FEW, 0)).isZero();
    }

    /** What the others rely on: 16 bytes of an array's header and 100 of its own, in steps of eight. */
    @Test
    void shouldSeeWhatIsAllocated() {
        double each = AllocatedBytes.each(() -> kept = new byte[100], FEW, 0);

        assertThat(each).isBetween(112.0, 120.0);
        assertThat(kept).isInstanceOf(byte[].class);
    }
}

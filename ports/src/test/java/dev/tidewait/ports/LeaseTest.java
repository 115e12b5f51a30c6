package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A lease in the hands of somebody who errs, and floors beyond every class. */
class LeaseTest {
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 1, 0, 1}), 80);
    private static final IpAddress SOURCE = IpAddress.of(new byte[] {10, 0, 0, 1});

    private final PortLedgers ledgers = ledgers(2);

    private static PortLedgers ledgers(int ports) {
        Source source = new Source(SOURCE, new PortOrder(PortSet.range(5_000, 4_999 + ports), 1, 2));
        return new PortLedgers(
                destination -> new DestinationPolicy(Floors.DEFAULT, List.of(source)),
                new PortLedgers.Limits(1, true, 10, 10),
                (pool, at) -> {});
    }

    private static Ending ending(Ending.Close close, long rtoMicros) {
        return new Ending(close, true, 0, rtoMicros, 0, 0, 0, true, true, 1);
    }

    private int leasedCount(long now) {
        return ledgers.snapshots(now).getFirst().leased();
    }

    @Test
    void shouldNotLoseAPortToALeaseThatIsHeld() {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, 0)).isSameAs(lease);

        assertThatIllegalStateException()
                .isThrownBy(() -> ledgers.lease(lease, DESTINATION, 0, 0))
                .withMessageContaining("held already");
        assertThat(leasedCount(0)).isEqualTo(1);
    }

    @Test
    void shouldBeGivenBackOnce() {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, 0)).isSameAs(lease);
        lease.release(Ending.of(Ending.Close.REFUSED), 0);

        assertThatIllegalStateException().isThrownBy(() -> lease.release(Ending.of(Ending.Close.REFUSED), 0));
        assertThatIllegalStateException().isThrownBy(() -> lease.putBack(0));
        assertThatIllegalStateException().isThrownBy(() -> lease.setAside(0));
        assertThatIllegalStateException().isThrownBy(lease::fourTuple);
        assertThat(leasedCount(0)).isZero();
    }

    @Test
    void shouldMoveToAnotherAndBeEmpty() {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, 0)).isSameAs(lease);
        FourTuple tuple = lease.fourTuple();
        Lease other = new Lease();
        lease.moveTo(other);

        assertThat(other.fourTuple()).isEqualTo(tuple);
        assertThat(lease.isHeld()).isFalse();
        other.putBack(0);
        assertThat(leasedCount(0)).isZero();
    }

    @Test
    void shouldNotMoveToALeaseThatIsHeld() {
        Lease one = new Lease();
        Lease other = new Lease();
        assertThat(ledgers.lease(one, DESTINATION, 0, 0)).isSameAs(one);
        assertThat(ledgers.lease(other, DESTINATION, 0, 0)).isSameAs(other);

        assertThatIllegalStateException().isThrownBy(() -> one.moveTo(other));
        one.putBack(0);
        other.putBack(0);
        assertThat(leasedCount(0)).isZero();
    }

    /** Twice 3.5 times the greatest RTO: longer than the longest class, and kept all the same. */
    @Test
    void shouldKeepAFloorLongerThanEveryClass() {
        PortLedgers one = ledgers(1);
        Lease lease = new Lease();
        assertThat(one.lease(lease, DESTINATION, 0, 0)).isSameAs(lease);
        lease.release(ending(Ending.Close.RESET_BY_US, 120_000_000), 1_000);

        assertThat(one.lease(lease, DESTINATION, 0, 840_999)).isEqualTo(new MustWait(841_000));
        assertThat(one.lease(lease, DESTINATION, 0, 841_000)).isSameAs(lease);
    }

    @Test
    void shouldKeepASeedsFloorWhateverItsState() {
        for (KernelState state : KernelState.values()) {
            PortLedgers one = ledgers(1);
            FourTuple tuple = new FourTuple(SOURCE, 5_000, DESTINATION);
            assertThat(one.seed(tuple, state, 900_000, 0, 0)).isTrue();
            assertThat(one.seed(tuple, state, 900_000, 0, 0)).isFalse();
            Lease lease = new Lease();

            assertThat(one.lease(lease, DESTINATION, 0, 899_999)).isEqualTo(new MustWait(900_000));
            assertThat(one.lease(lease, DESTINATION, 0, 900_000)).isSameAs(lease);
        }
    }

    @Test
    void shouldNotDestroyASeedWithoutItsCookie() {
        PortLedgers one = ledgers(1);
        assertThat(one.seed(new FourTuple(SOURCE, 5_000, DESTINATION), KernelState.BLOCKING, 5_000, 0, 0))
                .isTrue();
        Lease lease = new Lease();

        assertThat(one.lease(lease, DESTINATION, 0, 63_749)).isEqualTo(new MustWait(63_750));
        assertThat(one.lease(lease, DESTINATION, 0, 63_750)).isSameAs(lease);
        assertThat(lease.preparation()).isEqualTo(Preparation.NONE);
    }

    @Test
    void shouldNameTheRateThatTheEndingsAllow() {
        PortLedgers many = ledgers(100);
        for (int i = 0; i < 100; i++) {
            Lease lease = new Lease();
            assertThat(many.lease(lease, DESTINATION, 0, i)).isSameAs(lease);
            lease.release(Ending.of(Ending.Close.PEER_FIRST), i);
        }

        PoolSnapshot snapshot = many.snapshots(100).getFirst();
        assertThat(snapshot.leastFloorMillis()).isEqualTo(1_000);
        assertThat(snapshot.presentFloorMillis()).isEqualTo(15_000);
        assertThat(snapshot.possibleRatePerSecond()).isEqualTo(100 / 15.0);
        assertThat(new Exhausted(Exhausted.Why.DEADLINE, snapshot).explain(5_000))
                .contains(
                        "10.1.0.1:80",
                        "within 5000 ms",
                        "100 ports",
                        "10.0.0.1",
                        "possible 6.7/s",
                        "floor of 15000 ms");
    }
}

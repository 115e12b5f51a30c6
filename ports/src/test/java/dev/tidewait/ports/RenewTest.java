package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The address that routing chose goes away, and perhaps comes back. */
final class RenewTest {
    private static final IpAddress ONE = IpAddress.of(new byte[] {10, 0, 0, 1});
    private static final IpAddress OTHER = IpAddress.of(new byte[] {10, 0, 0, 2});
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 0, 0, 9}), 80);
    private static final PortOrder ONE_PORT = new PortOrder(PortSet.range(20_000, 20_000), 1, 2);

    private IpAddress routed = ONE;
    private final PortLedgers ledgers = new PortLedgers(
            destination -> new DestinationPolicy(Floors.DEFAULT, List.of(new Source(routed, ONE_PORT))),
            new PortLedgers.Limits(1, true, 10, 10),
            (pool, atMillis) -> {});

    private Lease lease(long nowMillis) {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, nowMillis)).isSameAs(lease);
        return lease;
    }

    @Test
    void shouldStayWhereNoOtherSourceIsNamed() {
        lease(0).putBack(0);
        assertThat(ledgers.renew(DESTINATION, ONE, 0)).isFalse();
        assertThat(lease(0).source()).isEqualTo(ONE);
    }

    @Test
    void shouldLeaseFromTheNewSourceAndTakeTheOldOnesBack() {
        Lease live = lease(0);
        Lease gone = new Lease();
        assertThat(ledgers.lease(gone, DESTINATION, 0, 0)).isInstanceOf(MustWait.class);
        routed = OTHER;
        assertThat(ledgers.renew(DESTINATION, ONE, 0)).isTrue();
        assertThat(ledgers.renew(DESTINATION, ONE, 0)).as("done already").isTrue();
        assertThat(lease(0).source()).isEqualTo(OTHER);
        live.release(Ending.of(Ending.Close.PEER_FIRST), 1_000);
    }

    @Test
    void shouldKeepTheFloorOfAnAddressThatComesBack() {
        Lease live = lease(0);
        routed = OTHER;
        assertThat(ledgers.renew(DESTINATION, ONE, 0)).isTrue();
        lease(0).putBack(0);
        live.release(Ending.of(Ending.Close.PEER_FIRST), 1_000);
        ledgers.sweep(2_000);
        routed = ONE;
        assertThat(ledgers.renew(DESTINATION, OTHER, 2_000)).isTrue();
        assertThat(ledgers.lease(new Lease(), DESTINATION, 0, 15_999)).isInstanceOf(MustWait.class);
        Lease again = lease(16_000);
        assertThat(again.source()).isEqualTo(ONE);
        assertThat(again.ageMillis()).isEqualTo(15_000);
    }

    @Test
    void shouldLetSomebodyLeaveTheLineOfTheOldSource() {
        lease(0);
        TestWaiter waiter = new TestWaiter(0, (served, nowMillis) -> {});
        assertThat(ledgers.join(waiter, DESTINATION, 0)).isEmpty();
        routed = OTHER;
        assertThat(ledgers.renew(DESTINATION, ONE, 0)).isTrue();
        assertThat(ledgers.leave(waiter, DESTINATION, 0)).isPresent();
    }
}

package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Other floors while connections are open and ports cool. */
final class RegulateTest {
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 0, 0, 9}), 80);
    private static final Source SOURCE =
            new Source(IpAddress.of(new byte[] {10, 0, 0, 1}), new PortOrder(PortSet.range(20_000, 20_000), 1, 2));

    private Floors floors = Floors.DEFAULT;
    private final List<Long> told = new ArrayList<>();
    private final PortLedgers ledgers = new PortLedgers(
            destination -> new DestinationPolicy(floors, List.of(SOURCE)),
            new PortLedgers.Limits(1, true, 10, 10),
            (pool, atMillis) -> told.add(atMillis));

    @Test
    void shouldKeepTheFloorThatWasGivenAtTheEndOfAConnection() {
        regulate(Floors.DEFAULT.withFixed(27_000), 0);
        release(lease(0), 0);
        regulate(Floors.DEFAULT, 100);
        assertThat(mustWaitUntil(26_999)).as("27 s, rounded up").isBetween(27_000L, 30_000L);
        assertThat(lease(30_000).ageMillis()).isEqualTo(30_000);
    }

    @Test
    void shouldWaitAsLongAsTheShortestNewFloor() {
        release(lease(0), 0);
        regulate(Floors.DEFAULT.withFixed(30_000), 100);
        assertThat(mustWaitUntil(999)).isEqualTo(30_000);
    }

    @Test
    void shouldApplyToWhatIsClosedFromNowOn() {
        Lease open = lease(0);
        regulate(Floors.DEFAULT.withFixed(3_000), 10);
        release(open, 1_000);
        assertThat(mustWaitUntil(1_001)).isEqualTo(4_000);

        release(lease(4_000), 4_000);
        regulate(Floors.DEFAULT, 4_000);
        release(lease(9_000), 9_000);
        assertThat(mustWaitUntil(9_001)).isEqualTo(10_000);
    }

    @Test
    void shouldTakeBackUnusedWhatWasLeasedBefore() {
        release(lease(0), 0);
        Lease again = lease(1_000);
        regulate(Floors.DEFAULT.withFixed(3_000), 1_500);
        again.putBack(1_600);
        assertThat(mustWaitUntil(1_600))
                .as("the new floor, from the old release on")
                .isEqualTo(3_000);
        assertThat(lease(3_000).ageMillis()).isEqualTo(3_000);
    }

    @Test
    void shouldTellTheLineWhenItMovesNow() {
        release(lease(0), 0);
        assertThat(ledgers.join(new TestWaiter(0, (served, nowMillis) -> {}), DESTINATION, 10))
                .isEmpty();
        told.clear();
        regulate(new Floors(2, 5_000, 15_000, 5_000, 15_000, 60_000, 0, false), 20);
        assertThat(told)
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.LONG)
                .isBetween(1_000L, 5_000L);
        regulate(floors, 30);
        assertThat(told).as("nothing has changed").hasSize(1);
    }

    private void regulate(Floors next, long nowMillis) {
        floors = next;
        ledgers.regulate(destination -> next, nowMillis);
    }

    private Lease lease(long nowMillis) {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, nowMillis)).isSameAs(lease);
        return lease;
    }

    private static void release(Lease lease, long nowMillis) {
        lease.release(new Ending(Ending.Close.WE_FIRST, true, 0, 0, 10, 1, 1, true, true, 1), nowMillis);
    }

    private long mustWaitUntil(long nowMillis) {
        LeaseOutcome outcome = ledgers.lease(new Lease(), DESTINATION, 0, nowMillis);
        assertThat(outcome).isInstanceOf(MustWait.class);
        return ((MustWait) outcome).untilMillis();
    }
}

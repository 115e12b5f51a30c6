package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event loops that work unequally hard, and how old the ports are that they reuse: ports ÷ rate, whoever leases. */
class StripeChoiceTest {
    private static final int PORTS = 4_000;
    /** 500 leases a second, so that all ports are turned over in 8 s. */
    private static final int MILLIS_PER_LEASE = 2;

    private static final int HOLD_MILLIS = 100;
    private static final int TURN_OVER_MILLIS = PORTS * MILLIS_PER_LEASE - HOLD_MILLIS;
    private static final int SLACK_MILLIS = TURN_OVER_MILLIS / 64;

    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 1, 0, 1}), 80);
    private static final Ending CLOSED = new Ending(Ending.Close.WE_FIRST, true, 0, 0, 1, 1, 1, true, true, 7);
    private static final Ending SERVER_CLOSED =
            new Ending(Ending.Close.PEER_FIRST, false, 0, 0, 1, 1, 1, true, true, 7);

    private final PortOrder order = new PortOrder(PortSet.range(10_000, 9_999 + PORTS), 1, 2);
    private final Source source = new Source(IpAddress.of(new byte[] {10, 0, 0, 1}), order);
    private final Deque<Lease> open = new ArrayDeque<>();
    private long now = 1_000;
    private int reused;
    private int borrowed;
    private long youngest = Long.MAX_VALUE;
    private long oldest;

    private PortLedgers ledgers(int stripes) {
        DestinationPolicy policy = new DestinationPolicy(Floors.DEFAULT, List.of(source));
        return new PortLedgers(destination -> policy, new PortLedgers.Limits(stripes, true, 10, 10), (pool, at) -> {});
    }

    private int stripeOf(Lease lease, int stripes) {
        int offset = order.offset(source.address(), DESTINATION);
        return Math.floorMod(order.positionOf(lease.sourcePort()) - offset, PORTS) % stripes;
    }

    /** Leases {@code count} times for the loop that {@code loop} names, and closes each connection after its hold time. */
    private void work(PortLedgers ledgers, int stripes, int count, int millisPerLease, IntSupplier loop) {
        for (int i = 0; i < count; i++) {
            now += millisPerLease;
            while (!open.isEmpty() && now - open.getFirst().leasedMillis() >= HOLD_MILLIS) {
                open.removeFirst().release(CLOSED, now);
            }
            int stripe = loop.getAsInt();
            Lease lease = new Lease();
            assertThat(ledgers.lease(lease, DESTINATION, stripe, now)).isSameAs(lease);
            open.addLast(lease);
            if (lease.isReuse()) {
                reused++;
                youngest = Math.min(youngest, lease.ageMillis());
                oldest = Math.max(oldest, lease.ageMillis());
            }
            borrowed += stripeOf(lease, stripes) == stripe ? 0 : 1;
        }
    }

    private void forgetCounts() {
        reused = 0;
        borrowed = 0;
        youngest = Long.MAX_VALUE;
        oldest = 0;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void shouldTurnOverAllStripesThoughOneLoopDoesAllTheWork(int stripes) {
        PortLedgers ledgers = ledgers(stripes);

        work(ledgers, stripes, PORTS, MILLIS_PER_LEASE, () -> 0);
        assertThat(reused).as("reused before all were used").isZero();
        work(ledgers, stripes, 10 * PORTS, MILLIS_PER_LEASE, () -> 0);

        assertThat(youngest).isBetween((long) TURN_OVER_MILLIS - SLACK_MILLIS, (long) TURN_OVER_MILLIS);
        assertThat(oldest).isBetween((long) TURN_OVER_MILLIS, (long) TURN_OVER_MILLIS + SLACK_MILLIS);
    }

    /** 61 of 100 leases on one of two loops: with stripes that keep to themselves the youngest would be 18 % younger than the mean. */
    @Test
    void shouldReuseTheOldestThoughOneLoopWorksHarder() {
        PortLedgers ledgers = ledgers(2);
        Random random = new Random(1);

        work(ledgers, 2, 20 * PORTS, MILLIS_PER_LEASE, () -> random.nextInt(100) < 61 ? 0 : 1);

        assertThat(youngest).isGreaterThanOrEqualTo(TURN_OVER_MILLIS - SLACK_MILLIS);
        assertThat(oldest).isLessThanOrEqualTo(TURN_OVER_MILLIS + SLACK_MILLIS);
    }

    @Test
    void shouldKeepLoopsAtHomeThatWorkEquallyHard() {
        PortLedgers ledgers = ledgers(4);
        int[] next = {0};
        work(ledgers, 4, 10 * PORTS, MILLIS_PER_LEASE, () -> next[0]++ % 4);
        assertThat(borrowed).isZero();

        Random random = new Random(1);
        work(ledgers, 4, 10 * PORTS, MILLIS_PER_LEASE, () -> random.nextInt(4));
        assertThat(borrowed).as("at the same rate by chance").isLessThan(PORTS / 2);
        assertThat(youngest).isGreaterThanOrEqualTo(TURN_OVER_MILLIS - SLACK_MILLIS);
    }

    /** Rule 1: from the ceiling and a sixteenth on a port is as good as one never used, so there is nothing to be had elsewhere. */
    @Test
    void shouldStayAtHomeWithPortsAsGoodAsNew() {
        PortLedgers ledgers = ledgers(2);

        work(ledgers, 2, 3 * PORTS, 40, () -> 0);
        assertThat(borrowed).isZero();
        assertThat(youngest).isEqualTo(PORTS / 2 * 40 - HOLD_MILLIS - 20);

        // Twice as fast: half of the ports would be 40 s old, all of them 80 s.
        forgetCounts();
        work(ledgers, 2, 6 * PORTS, 20, () -> 0);
        assertThat(borrowed).isBetween(PORTS / 2, 4 * PORTS);
        assertThat(youngest).isGreaterThanOrEqualTo(63_750);
    }

    /** A port may pass its floor while nobody works in its stripe; it must be found all the same. */
    @Test
    void shouldFindAPortThatPassesItsFloorWhileItsLoopSleeps() {
        PortLedgers ledgers = ledgers(2);
        work(ledgers, 2, 2 * PORTS, MILLIS_PER_LEASE, () -> reused % 2);
        open.forEach(lease -> lease.release(CLOSED, now));
        open.clear();
        Lease slow = new Lease();
        assertThat(ledgers.lease(slow, DESTINATION, 1, now)).isSameAs(slow);
        FourTuple tuple = slow.fourTuple();
        // Reset, unacknowledged: 15 s.
        slow.release(new Ending(Ending.Close.RESET_BY_US, true, 0, 0, 1, 1, 1, false, true, 7), now);

        long passes = now + 15_000;
        boolean found = false;
        while (!found && now < passes + MILLIS_PER_LEASE) {
            now += MILLIS_PER_LEASE;
            Lease lease = new Lease();
            assertThat(ledgers.lease(lease, DESTINATION, 0, now)).isSameAs(lease);
            found = lease.fourTuple().equals(tuple);
            assertThat(found && now < passes).isFalse();
            lease.release(CLOSED, now);
        }
        assertThat(found)
                .as("leased as soon as it may be, for it is the oldest by far")
                .isTrue();
    }

    @Test
    void shouldTakeAFirstChoiceFromElsewhereBeforeASecondOneAtHome() {
        PortLedgers ledgers = ledgers(2);
        for (int i = 0; i < PORTS; i++) {
            Lease lease = new Lease();
            assertThat(ledgers.lease(lease, DESTINATION, i % 2, now)).isSameAs(lease);
            lease.release(stripeOf(lease, 2) == 0 ? SERVER_CLOSED : CLOSED, now);
        }
        now += 20_000;
        Lease lease = new Lease();
        for (int i = 0; i < PORTS / 2; i++) {
            assertThat(ledgers.lease(lease, DESTINATION, 0, now)).isSameAs(lease);
            assertThat(stripeOf(lease, 2)).isEqualTo(1);
            lease.release(CLOSED, now);
        }
        assertThat(ledgers.lease(lease, DESTINATION, 0, now)).isSameAs(lease);
        assertThat(stripeOf(lease, 2)).as("the others are too young by now").isZero();
        lease.putBack(now);
    }
}

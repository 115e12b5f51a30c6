package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 5 over several destinations. */
class ReliefTest {
    private static final Ending CLOSED = new Ending(Ending.Close.WE_FIRST, true, 0, 0, 0, 0, 0, true, true, 1);

    private final Source source =
            new Source(IpAddress.of(new byte[] {10, 0, 0, 1}), new PortOrder(PortSet.range(5_000, 5_009), 1, 2));

    private PortLedgers ledgers(boolean mayDestroy) {
        return new PortLedgers(
                destination -> new DestinationPolicy(Floors.DEFAULT, List.of(source)),
                new PortLedgers.Limits(1, mayDestroy, 10, 10),
                (pool, at) -> {});
    }

    private static Destination destination(int host) {
        return new Destination(IpAddress.of(new byte[] {10, 1, 0, (byte) host}), 80);
    }

    private static FourTuple close(PortLedgers ledgers, int host, long now) {
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, destination(host), 0, now)).isSameAs(lease);
        FourTuple tuple = lease.fourTuple();
        lease.release(CLOSED, now);
        return tuple;
    }

    @Test
    void shouldNameTheOldestOfAnyDestinationOnce() {
        for (int older = 1; older <= 2; older++) {
            PortLedgers ledgers = ledgers(true);
            FourTuple oldest = close(ledgers, older, 9);
            FourTuple same = close(ledgers, 3 - older, 10);
            FourTuple sameToo = close(ledgers, 3 - older, 10);
            FourTuple young = close(ledgers, older, 1_000);

            assertThat(ledgers.takeRelief(9, 1_008)).isEmpty();
            assertThat(ledgers.takeRelief(2, 1_999))
                    .contains(oldest)
                    .containsAnyOf(same, sameToo)
                    .hasSize(2);
            assertThat(ledgers.takeRelief(9, 1_999))
                    .containsAnyOf(same, sameToo)
                    .hasSize(1);
            assertThat(ledgers.takeRelief(9, 2_000)).containsExactly(young);
            assertThat(ledgers.takeRelief(9, 2_000)).isEmpty();
        }
    }

    @Test
    void shouldNameNothingThatTheKernelHasLetGo() {
        PortLedgers ledgers = ledgers(true);
        close(ledgers, 1, 0);

        assertThat(ledgers.takeRelief(9, 63_750)).isEmpty();
        assertThat(ledgers.takeRelief(0, 63_749)).isEmpty();
        assertThat(ledgers.takeRelief(9, 63_749)).hasSize(1);
    }

    @Test
    void shouldNameNothingWithoutTheRight() {
        PortLedgers ledgers = ledgers(false);
        close(ledgers, 1, 0);

        assertThat(ledgers.takeRelief(9, 30_000)).isEmpty();
    }
}

package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.DestinationPolicy;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.Lease;
import dev.tidewait.ports.MustWait;
import dev.tidewait.ports.PortLedgers;
import dev.tidewait.ports.PortOrder;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.Preparation;
import dev.tidewait.ports.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EarlierRunTest {
    private static final IpAddress SOURCE = IpAddress.of(new byte[] {10, 0, 0, 1});
    private static final Destination DESTINATION = new Destination(IpAddress.of(new byte[] {10, 0, 0, 2}), 80);
    private static final long START = 1_000_000;

    private final EarlierRun.Finds finds = new EarlierRun.Finds(START);
    private final List<Destination> asked = new ArrayList<>();
    private EarlierRun earlier = new EarlierRun(finds);

    private PortLedgers ledgers(Floors floors, int ports) {
        PortLedgers ledgers = new PortLedgers(
                destination -> {
                    asked.add(destination);
                    PortOrder order = new PortOrder(PortSet.range(20_000, 20_000 + ports - 1), 1, 2);
                    return new DestinationPolicy(floors, List.of(new Source(SOURCE, order)));
                },
                new PortLedgers.Limits(1, true, 10, 10),
                (pool, atMillis) -> {});
        earlier = new EarlierRun(finds);
        ledgers.remember(earlier);
        return ledgers;
    }

    @Test
    void shouldAskRoutingOnlyForADestinationThatIsConnectedTo() {
        for (int i = 0; i < 100_000; i++) {
            Destination client =
                    new Destination(IpAddress.of(new byte[] {10, 1, (byte) (i >> 8), (byte) i}), 1_024 + i % 60_000);
            finds.timeWait(SOURCE, 20_000, client, 30_000);
        }
        finds.timeWait(SOURCE, 20_000, DESTINATION, 30_000);
        PortLedgers ledgers = ledgers(Floors.DEFAULT, 1);
        assertThat(ledgers.snapshots(START)).isEmpty();

        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, START + 1_000)).isSameAs(lease);
        assertThat(asked).containsExactly(DESTINATION);
        assertThat(lease.ageMillis()).isEqualTo(31_000);
        assertThat(lease.preparation())
                .as("connect() steals it or says that it cannot")
                .isEqualTo(Preparation.NONE);
    }

    @Test
    void shouldKeepTheDestinationsOwnFloor() {
        finds.timeWait(SOURCE, 20_000, DESTINATION, 20_000);
        PortLedgers ledgers = ledgers(Floors.DEFAULT.withFixed(30_000), 1);
        assertThat(ledgers.lease(new Lease(), DESTINATION, 0, START)).isInstanceOf(MustWait.class);
        assertThat(ledgers.lease(new Lease(), DESTINATION, 0, START + 9_999)).isInstanceOf(MustWait.class);
        assertThat(ledgers.lease(new Lease(), DESTINATION, 0, START + 10_000)).isInstanceOf(Lease.class);
    }

    @Test
    void shouldLeaseWhatTheKernelAndTheJournalKnewInTheOrderOfItsAge() {
        finds.timeWait(SOURCE, 20_000, DESTINATION, 16_000);
        finds.timeWait(SOURCE, 20_001, DESTINATION, 40_000);
        finds.ending(SOURCE, 20_002, DESTINATION, 10_000, 15_000);
        finds.ending(SOURCE, 20_003, DESTINATION, 14_000, 15_000);
        PortLedgers ledgers = ledgers(Floors.DEFAULT, 4);
        List<Integer> order = new ArrayList<>();
        List<Long> ages = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Lease lease = new Lease();
            // The journal's have not reached their floor when the ledger is made.
            long now = START + (i < 2 ? 500 : 6_000);
            assertThat(ledgers.lease(lease, DESTINATION, 0, now)).isSameAs(lease);
            order.add(lease.sourcePort());
            ages.add(lease.ageMillis());
        }
        assertThat(order).containsExactly(20_001, 20_000, 20_003, 20_002);
        assertThat(ages).containsExactly(40_500L, 16_500L, 20_000L, 16_000L);
    }

    @Test
    void shouldForgetWhatTheKernelHasForgotten() {
        finds.timeWait(SOURCE, 20_000, DESTINATION, 10_000);
        PortLedgers ledgers = ledgers(Floors.DEFAULT, 1);
        earlier.forgetPast(START + 54_000);
        Lease lease = new Lease();
        assertThat(ledgers.lease(lease, DESTINATION, 0, START + 54_000)).isSameAs(lease);
        assertThat(lease.isReuse()).isFalse();
        assertThat(lease.preparation()).isEqualTo(Preparation.LOOK_UP);
    }
}

package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.PortSet;
import org.junit.jupiter.api.Test;

class PairTableTest {
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final PortSet AUTOMATIC = PortSet.range(32_768, 60_999);

    private static final PortSet OWN = PortSet.range(1_024, 2_047);

    private final PairTable table = new PairTable(AUTOMATIC, OWN);

    private PairFold find(long destination, int port) {
        return table.find(0, MAPPED | 0x0a00_0001, 0, MAPPED | destination, port);
    }

    @Test
    void shouldFindEachPairAgain() {
        for (int i = 0; i < 5_000; i++) {
            find(i, 80 + i % 3).live = i;
        }
        for (int i = 0; i < 5_000; i++) {
            assertThat(find(i, 80 + i % 3).live).isEqualTo(i);
        }
        assertThat(table.pairs()).hasSize(5_000);
        assertThat(table.sources()).hasSize(1);
        assertThat(table.others().live).isZero();
    }

    @Test
    void shouldFoldWhatIsBeyondItsLimitIntoOneRecord() {
        for (int i = 0; i < PairTable.LIMIT + 10; i++) {
            find(i, 80).live++;
        }

        assertThat(table.pairs()).hasSize(PairTable.LIMIT);
        assertThat(table.others().live).isEqualTo(10);
    }

    @Test
    void shouldKnowThePairOfAnotherLook() {
        PairTable later = new PairTable(AUTOMATIC, OWN);
        PairFold known = find(7, 80);
        find(8, 80);

        assertThat(table.same(later.find(0, MAPPED | 0x0a00_0001, 0, MAPPED | 7, 80)))
                .containsSame(known);
        assertThat(table.same(later.find(0, MAPPED | 0x0a00_0001, 0, MAPPED | 9, 80)))
                .isEmpty();
    }

    @Test
    void shouldCountThePortsOfWhoeverHasMoreConnections() {
        PairFold pair = find(1, 443);
        pair.addPort(40_000, true, false);
        pair.addPort(1_024, true, false);
        pair.addPort(99, false, false);
        assertThat(pair.isTidewaits()).isFalse();
        assertThat(pair.ports().usable).isEqualTo(AUTOMATIC);
        assertThat(pair.ports().inUse).isEqualTo(1);

        pair.addPort(1_025, false, true);

        assertThat(pair.isTidewaits()).isTrue();
        assertThat(pair.ports().usable).isEqualTo(OWN);
        assertThat(pair.ports().inUse).isEqualTo(2);
        assertThat(pair.ports().firstParityInUse).isEqualTo(1);
        assertThat(pair.ports().timeWaitInUse).isEqualTo(1);
    }

    @Test
    void shouldKnowLoopbackAsTheKernelDoes() {
        assertThat(find(0x7f00_0001, 80).isLoopback()).isTrue();
        assertThat(find(0x7fff_ffff, 80).isLoopback()).isTrue();
        assertThat(find(0x8000_0001, 80).isLoopback()).isFalse();
        assertThat(table.find(0, 1, 0, 1, 80).isLoopback()).as("::1").isTrue();
        assertThat(table.find(1, 1, 2, 1, 80).isLoopback()).isFalse();
    }
}

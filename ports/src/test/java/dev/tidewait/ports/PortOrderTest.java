package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortOrderTest {
    private static final PortSet PORTS = PortSet.parse("1024-5000,40000,65535");
    private static final IpAddress SOURCE = IpAddress.of(new byte[] {10, 0, 0, 1});

    private static int[] all(PortOrder order) {
        return IntStream.range(0, order.size()).map(order::portAt).toArray();
    }

    private static Destination destination(int host, int port) {
        return new Destination(IpAddress.of(new byte[] {10, 1, 0, (byte) host}), port);
    }

    @Test
    void shouldBeAPermutationThatKnowsItsPositions() {
        PortOrder order = new PortOrder(PORTS, 1, 2);
        int[] ports = all(order);

        assertThat(Arrays.stream(ports).sorted().toArray()).isEqualTo(PORTS.toArray());
        for (int i = 0; i < ports.length; i++) {
            assertThat(order.positionOf(ports[i])).isEqualTo(i);
            assertThat(order.portAt(i + order.size())).isEqualTo(ports[i]);
        }
        assertThat(order.positionOf(1_023)).isEqualTo(-1);
        assertThat(order.positionOf(40_001)).isEqualTo(-1);
    }

    @Test
    void shouldDifferByKeyAndNotBetweenRuns() {
        assertThat(all(new PortOrder(PORTS, 1, 2))).isEqualTo(all(new PortOrder(PORTS, 1, 2)));
        assertThat(all(new PortOrder(PORTS, 1, 2)))
                .isNotEqualTo(all(new PortOrder(PORTS, 2, 2)))
                .isNotEqualTo(all(new PortOrder(PORTS, 1, 3)));
    }

    /** One port must not tell the next: neighbours in the order are no more often neighbours in number than by chance. */
    @Test
    void shouldNotPutNeighboursBesideEachOther() {
        int[] ports = all(new PortOrder(PORTS, 1, 2));
        long beside = IntStream.range(1, ports.length)
                .filter(i -> Math.abs(ports[i] - ports[i - 1]) == 1)
                .count();

        // By chance 2 of 3,979 on average; twelve is beyond one in a million.
        assertThat(beside).isLessThan(12);
    }

    @Test
    void shouldBeginElsewhereForEachDestinationAndSource() {
        PortOrder order = new PortOrder(PORTS, 1, 2);
        Set<Integer> offsets = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            offsets.add(order.offset(SOURCE, destination(i, 80)));
            offsets.add(order.offset(SOURCE, destination(i, 443)));
            offsets.add(order.offset(IpAddress.of(new byte[] {10, 0, 0, 2}), destination(i, 80)));
        }

        // 600 draws from 3,979 places leave about 557 different ones.
        assertThat(offsets).hasSizeGreaterThan(500).allMatch(offset -> offset >= 0 && offset < PORTS.size());
        assertThat(order.offset(SOURCE, destination(1, 80))).isEqualTo(order.offset(SOURCE, destination(1, 80)));
    }

    @Test
    void shouldBearAnEmptySet() {
        PortOrder order = new PortOrder(PortSet.EMPTY, 1, 2);

        assertThat(order.size()).isZero();
        assertThat(order.offset(SOURCE, destination(1, 80))).isZero();
    }
}

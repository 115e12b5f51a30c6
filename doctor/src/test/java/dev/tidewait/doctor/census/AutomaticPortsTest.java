package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortRange;
import org.junit.jupiter.api.Test;

class AutomaticPortsTest {
    private final AutomaticPorts ports = new AutomaticPorts(
            new PortRange(32_768, 60_999),
            PortBits.parse("40000-40009,61500"),
            PortBits.parse("80,3128,40005,50000"),
            new OwnPorts(PortBits.parse("3072-4095,39936-40959,60416-61439")));

    @Test
    void shouldLeaveOutReservedAndListeningPortsOnce() {
        assertThat(ports.usable().size()).isEqualTo(28_232 - 10 - 1);
        assertThat(ports.usable().contains(50_000)).isFalse();
        assertThat(ports.usable().contains(40_005)).isFalse();
        assertThat(ports.usable().contains(32_768)).isTrue();
    }

    @Test
    void shouldTellWhoOpenedAConnectionByTheLocalPort() {
        assertThat(ports.directionOf(80, 51_000)).isEqualTo(Direction.LISTENING_PORT);
        assertThat(ports.directionOf(50_000, 443)).isEqualTo(Direction.LISTENING_PORT);
        assertThat(ports.directionOf(33_000, 443)).isEqualTo(Direction.AUTOMATIC_PORT);
        assertThat(ports.directionOf(33_000, 45_000)).isEqualTo(Direction.AUTOMATIC_PORT);
        assertThat(ports.directionOf(10_000, 443)).isEqualTo(Direction.OWN_PORT);
        assertThat(ports.directionOf(700, 2_049)).as("NFS").isEqualTo(Direction.OWN_PORT);
        assertThat(ports.directionOf(8_080, 45_000)).isEqualTo(Direction.STOPPED_SERVICE);
    }

    @Test
    void shouldTakePortsOfTidewaitForOutgoingWhateverThePeersPort() {
        assertThat(ports.directionOf(3_072, 443)).isEqualTo(Direction.TIDEWAIT_PORT);
        assertThat(ports.directionOf(61_000, 45_000)).isEqualTo(Direction.TIDEWAIT_PORT);
        assertThat(ports.directionOf(40_000, 443)).as("reserved").isEqualTo(Direction.TIDEWAIT_PORT);
        assertThat(ports.directionOf(3_128, 45_000)).as("a service").isEqualTo(Direction.LISTENING_PORT);
        assertThat(ports.directionOf(60_999, 45_000))
                .as("in its block, but connect() chooses it")
                .isEqualTo(Direction.AUTOMATIC_PORT);
        assertThat(ports.own().size()).isEqualTo(1_024 - 1 + 10 - 1 + 440);
    }

    @Test
    void shouldKnowWhichPortsConnectTakesFirst() {
        assertThat(ports.isFirstParity(40_000)).isTrue();
        assertThat(ports.isFirstParity(40_001)).isFalse();
    }
}

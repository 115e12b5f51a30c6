package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortSetTest {
    @Test
    void shouldReadRangesAndSinglePorts() {
        PortSet ports = PortSet.parse("1024 - 1026, 40000,1,65535");

        assertThat(ports.toArray()).containsExactly(1, 1_024, 1_025, 1_026, 40_000, 65_535);
        assertThat(ports).hasToString("1,1024-1026,40000,65535");
        assertThat(PortSet.parse(ports.toString())).isEqualTo(ports).hasSameHashCodeAs(ports);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",", "80,", "-", "80-", "-80", "1-2-3", "+80", "80-+90", "0x50", "８０", "http", "none"})
    void shouldRefuseWhatIsNoListOfPorts(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortSet.parse(text))
                .withMessage("ports are written like 1024-32767,40000, unlike \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0-5", "65536", "1-65536", "90-80", "999999999"})
    void shouldRefusePortsThatDoNotExist(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortSet.parse(text))
                .withMessageContaining("1 to 65535");
    }

    @Test
    void shouldCombine() {
        PortSet low = PortSet.range(1, 10);
        PortSet high = PortSet.range(8, 20);

        assertThat(low.plus(high)).isEqualTo(PortSet.range(1, 20));
        assertThat(low.minus(high)).isEqualTo(PortSet.range(1, 7));
        assertThat(low.and(high)).isEqualTo(PortSet.range(8, 10));
        assertThat(low.and(PortSet.range(30, 31)).isEmpty()).isTrue();
        assertThat(low.minus(low)).isEqualTo(PortSet.EMPTY).hasToString("none");
        assertThat(low.size()).isEqualTo(10);
    }

    @Test
    void shouldNotChangeWithTheBitsItCameFrom() {
        BitSet bits = new BitSet();
        bits.set(80);
        PortSet ports = PortSet.of(bits);
        bits.set(81);
        ports.toBitSet().set(82);

        assertThat(ports.toArray()).containsExactly(80);
        bits.set(0);
        assertThatIllegalArgumentException().isThrownBy(() -> PortSet.of(bits));
    }
}

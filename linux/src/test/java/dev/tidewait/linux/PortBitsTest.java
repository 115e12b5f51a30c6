package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortBitsTest {
    @Test
    void shouldReadWhatTheKernelWrites() {
        PortBits ports = PortBits.parse("0,8080,9000-9010,65535\n");

        assertThat(ports.portCount()).isEqualTo(14);
        assertThat(ports.contains(9005)).isTrue();
        assertThat(ports.contains(9011)).isFalse();
        assertThat(ports.contains(65_535)).isTrue();
        assertThat(PortBits.parse("")).isEqualTo(PortBits.NONE);
        assertThat(PortBits.parse("\n").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1,", "5-1", "70000", "1-2-3", "-1"})
    void shouldQuoteWhatItCannotRead(String text) {
        assertThatThrownBy(() -> PortBits.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void shouldWriteWhatItReads() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            BitSet bits = new BitSet();
            random.ints(50, 0, 65_536).forEach(first -> bits.set(first, Math.min(first + random.nextInt(5), 65_536)));
            PortBits ports = PortBits.copyOf(bits);

            assertThat(PortBits.parse(ports.toString())).isEqualTo(ports);
            assertThat(ports.toBitSet()).isEqualTo(bits);
        }
    }

    @Test
    void shouldNotChangeWithItsSource() {
        BitSet bits = new BitSet();
        PortBits ports = PortBits.copyOf(bits);
        bits.set(1);
        ports.toBitSet().set(2);

        assertThat(ports.isEmpty()).isTrue();
    }
}

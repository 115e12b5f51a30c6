package dev.tidewait.proxy.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "10.1.2.128/25, 10.1.2.255, 10.1.2.127",
        "192.0.2.7, 192.0.2.7, 192.0.2.8",
        "0.0.0.0/0, 255.255.255.255, ::1",
        "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::1",
        "::1, ::1, ::2",
        "::/0, ffff::, 127.0.0.1",
        "1:2:3:4:5:6:7:8/128, 1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:9",
    })
    void shouldContainItsBlockAndNothingElse(String block, String inside, String outside) {
        assertThat(Cidr.parse(block).contains(address(inside))).isTrue();
        assertThat(Cidr.parse(block).contains(address(outside))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10/8",
                "10.0.0/8",
                "010.0.0.0/8",
                "10.0.0.0 /8",
                "::/129",
                "fe80::1%1",
                "1::2::3/64",
                "::ffff:10.0.0.0/104",
                "host",
                "[::1]"
            })
    void shouldRefuseEverythingElse(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSuggestTheBlockWhenBitsBehindThePrefixAreSet() {
        assertThatThrownBy(() -> Cidr.parse("10.1.2.3/8"))
                .hasMessageContaining("10.0.0.0/8")
                .hasMessageContaining("10.1.2.3/32");
    }

    private static InetAddress address(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }
}

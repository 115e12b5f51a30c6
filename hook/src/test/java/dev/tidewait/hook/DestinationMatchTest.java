package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.ports.Destination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DestinationMatchTest {
    @ParameterizedTest
    @CsvSource({
        "203.0.113.77/24, 203.0.113.0/24",
        "203.0.113.7, 203.0.113.7/32",
        "203.0.113.7:443, 203.0.113.7/32:443",
        "203.0.113.0/24:80, 203.0.113.0/24:80",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:db8::1/32, 2001:db8:0:0:0:0:0:0/32",
        "[2001:db8::1]:443, [2001:db8:0:0:0:0:0:1/128]:443",
        "[2001:db8::/32]:443, [2001:db8:0:0:0:0:0:0/32]:443",
        "::ffff:203.0.113.7, 203.0.113.7/32"
    })
    void shouldReadABlockWithOrWithoutAPort(String text, String meaning) {
        assertThat(DestinationMatch.parse(text)).hasToString(meaning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "203.0.113.0/33",
                "203.0.113",
                "203.0.113.7:99999",
                "2001:db8::/129",
                "[::1",
                "1.2.3.999"
            })
    void shouldSayWhatItCannotRead(String text) {
        assertThatThrownBy(() -> DestinationMatch.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldMatchByPrefixAndPort() {
        DestinationMatch web = DestinationMatch.parse("203.0.113.128/25:443");
        assertThat(web.matches(at("203.0.113.200", 443))).isTrue();
        assertThat(web.matches(at("203.0.113.100", 443))).isFalse();
        assertThat(web.matches(at("203.0.113.200", 80))).isFalse();
        DestinationMatch all = DestinationMatch.parse("::/0");
        assertThat(all.matches(at("2001:db8::1", 1))).isTrue();
        assertThat(all.matches(at("203.0.113.200", 1)))
                .as("IPv4 is not part of ::/0")
                .isFalse();
    }

    private static Destination at(String address, int port) {
        return new Destination(DestinationMatch.parse(address).network(), port);
    }
}

package dev.tidewait.proxy.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "example.net:443, example.net, 443",
        "EXAMPLE.net.:1, example.net., 1",
        "a_b-c.d:65535, a_b-c.d, 65535",
        "192.0.2.7:80, 192.0.2.7, 80",
        "[2001:DB8::7]:80, 2001:db8::7, 80",
        "[::ffff:127.0.0.1]:80, ::ffff:127.0.0.1, 80",
        "localhost:8080, localhost, 8080",
        "1e100.net:443, 1e100.net, 443",
    })
    void shouldReadWellFormedAuthority(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":443",
                "host",
                "host:",
                "host:0",
                "host:65536",
                "host:99999999999999999999",
                "host:+443",
                "host:0443",
                "host:443 ",
                "host: 443",
                " host:443",
                "host:4४3",
                "host:443:443",
                "2001:db8::7:80",
                "[2001:db8::7]",
                "[2001:db8::7]80",
                "[2001:db8::7",
                "[]:80",
                "[192.0.2.7]:80",
                "[fe80::1%eth0]:80",
                "[fe80::1%25eth0]:80",
                "[1:2:3]:80",
                "[::1::]:80",
                "[:::]:80",
                "user@host:443",
                "host/path:443",
                "http://host:443",
                "host?q:443",
                "host#f:443",
                "ho%73t:443",
                "-host:443",
                "host-:443",
                "a..b:443",
                ".host:443",
                ".:443",
                "127.1:443",
                "2130706433:443",
                "0x7f000001:443",
                "0x7f.0.0.1:443",
                "127.0.0.01:443",
                "256.0.0.1:443",
                "1.2.3.4.5:443",
                "1.2.3.4.:443",
                "host\u0000:443",
                "host\r\nX:443",
                "hö.de:443",
                "0x:443"
            })
    void shouldRefuseEverythingElse(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLimitLengthOfNamesAndLabels() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);
        assertThat(HostPort.parse(longest + ":1").host()).hasSize(253);
        assertThatThrownBy(() -> HostPort.parse(longest + "a:1")).hasMessageContaining("253");
        assertThatThrownBy(() -> HostPort.parse(label + "a:1")).hasMessageContaining("63");
    }

    @Test
    void shouldWriteBracketsAroundIpv6() {
        assertThat(HostPort.parse("[2001:db8::7]:80")).hasToString("[2001:db8::7]:80");
        assertThat(HostPort.parse("example.net:80")).hasToString("example.net:80");
    }

    @Test
    void shouldGiveAddressOfLiteralsOnly() {
        assertThat(HostPort.parse("192.0.2.7:80").literal()).isPresent();
        assertThat(HostPort.parse("[::1]:80").literal()).isPresent();
        assertThat(HostPort.parse("localhost:80").literal()).isEmpty();
    }
}

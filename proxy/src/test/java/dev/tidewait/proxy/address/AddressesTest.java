package dev.tidewait.proxy.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    /** Among them the examples of RFC 5952, section 4. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "2001:0DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "::ffff:192.0.2.7, 192.0.2.7",
    })
    void shouldWriteAddressesTheShortWay(String address, String text) {
        assertThat(Addresses.text(InetAddress.ofLiteral(address))).isEqualTo(text);
    }

    @Test
    void shouldPutBracketsAroundIpv6BeforeAPort() {
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.ofLiteral("2001:db8:0:0:0:0:0:7"), 80)))
                .isEqualTo("[2001:db8::7]:80");
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 80)))
                .isEqualTo("192.0.2.7:80");
        assertThat(Addresses.text(InetSocketAddress.createUnresolved("a.test", 80)))
                .isEqualTo("a.test:80");
    }
}

package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOrderTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.1.1, 4, 1.1.1.1",
        "1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5, 4, 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4",
        "a::1 a::2 a::3 1.1.1.1, 4, a::1 1.1.1.1 a::2 a::3",
        "1.1.1.1 1.1.1.2 1.1.1.3 a::1 a::2, 4, 1.1.1.1 a::1 1.1.1.2 a::2",
        "1.1.1.1 1.1.1.2 a::1, 2, 1.1.1.1 a::1",
        "1.1.1.1 1.1.1.1 a::1, 4, 1.1.1.1 a::1",
        "a::1 1.1.1.1, 1, a::1",
    })
    void shouldTakeTheFamiliesInTurn(String addresses, int most, String expected) {
        assertThat(
                        AddressOrder.interleaved(
                                        Stream.of(addresses.split(" "))
                                                .map(InetAddress::ofLiteral)
                                                .toList(),
                                        most)
                                .stream()
                                .map(address -> address.getHostAddress().replace(":0:0:0:0:0:0:", "::"))
                                .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }
}

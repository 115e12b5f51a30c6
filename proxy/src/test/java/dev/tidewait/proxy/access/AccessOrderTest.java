package dev.tidewait.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request meets, and in which order. */
class AccessOrderTest {
    private static final AccessRules CAMPUS = new AccessRules(
            List.of(Cidr.parse("10.0.0.0/8")),
            EnumSet.allOf(DestinationClass.class),
            List.of(Cidr.parse("127.0.0.0/8")),
            List.of(new PortRange(443, 443), new PortRange(8000, 8099)),
            AccessRules.HTTP_PORTS,
            new Denials(
                    List.of(NamePattern.parse("www.example.com"), NamePattern.parse(".evil.test")),
                    List.of(Cidr.parse("127.0.0.9"), Cidr.parse("192.0.2.0/24")),
                    List.of(new PortRange(6000, 6063), new PortRange(8080, 8080)),
                    Set.of("TRACE")));

    private final Access access = new Access(CAMPUS, new OwnAddresses());

    @ParameterizedTest
    @CsvSource({
        "CONNECT, a.test:443, ''",
        "CONNECT, a.test:8000, ''",
        "CONNECT, a.test:80, PORT_DENIED",
        "CONNECT, a.test:8080, PORT_DENIED",
        "GET, a.test:80, ''",
        "GET, a.test:1024, ''",
        "GET, a.test:65535, ''",
        "GET, a.test:443, PORT_DENIED",
        "GET, a.test:25, PORT_DENIED",
        "GET, a.test:1023, PORT_DENIED",
        "GET, a.test:6000, PORT_DENIED",
        "GET, a.test:6064, ''",
        "TRACE, a.test:80, METHOD_DENIED",
        "trace, a.test:80, METHOD_DENIED",
        "tRaCe, a.test:80, METHOD_DENIED",
        "TRACER, a.test:80, ''",
        "TRACE, www.example.com:25, METHOD_DENIED",
        "GET, www.example.com:25, PORT_DENIED",
        // That name alone.
        "GET, www.example.com:80, NAME_DENIED",
        "GET, WWW.Example.COM:80, NAME_DENIED",
        "GET, www.example.com.:80, NAME_DENIED",
        "CONNECT, www.example.com:443, NAME_DENIED",
        "GET, example.com:80, ''",
        "GET, a.www.example.com:80, ''",
        "GET, awww.example.com:80, ''",
        "GET, www.example.com.test:80, ''",
        // The name and those below it.
        "GET, evil.test:80, NAME_DENIED",
        "GET, a.evil.test:80, NAME_DENIED",
        "GET, A.b.c.EVIL.test.:80, NAME_DENIED",
        "GET, devil.test:80, ''",
        "GET, evil.test.test:80, ''",
        "GET, test:80, ''",
    })
    void shouldLetPassWhatIsNotDenied(String method, String target, String expected) {
        assertThat(access.request(method, HostPort.parse(target))
                        .map(Failure::error)
                        .map(ProxyError::name)
                        .orElse(""))
                .isEqualTo(expected);
    }

    @Test
    void shouldLetADeniedBlockWinOverAnAllowedOne() {
        assertThat(addresses("127.0.0.1")).isInstanceOf(AddressAnswer.Permitted.class);
        assertThat(addresses("127.0.0.9"))
                .isEqualTo(
                        new AddressAnswer.Denied(
                                new Failure(
                                        ProxyError.ADDRESS_DENIED,
                                        "GET to a.test:80 is not allowed: its address 127.0.0.9 is in 127.0.0.9/32 of access.deny-addresses.")));
    }

    @Test
    void shouldConnectOnlyToThePermittedOfSeveralAddresses() {
        assertThat(addresses("192.0.2.1", "198.51.100.1", "::1", "2002:c000:201::1", "203.0.113.1"))
                .isEqualTo(new AddressAnswer.Permitted(List.of(
                        Objects.requireNonNull(IpLiteral.parse("198.51.100.1")),
                        Objects.requireNonNull(IpLiteral.parse("203.0.113.1")))));
    }

    @Test
    void shouldNameTheSettingToChange() {
        assertThat(text("CONNECT", "a.test:80"))
                .isEqualTo("CONNECT to a.test:80 is not allowed: port 80 is not one of [443, 8000-8099]. Add it to"
                        + " access.connect-ports.");
        assertThat(text("GET", "a.test:22"))
                .isEqualTo("GET to a.test:22 is not allowed: port 22 is not one of [80, 1024-65535]. Add it to"
                        + " access.http-ports.");
        assertThat(text("GET", "a.test:6001"))
                .isEqualTo("GET to a.test:6001 is not allowed: port 6001 is in access.deny-ports (6000-6063).");
        assertThat(text("GET", "a.evil.test:80"))
                .isEqualTo("GET to a.evil.test:80 is not allowed: the name is in access.deny-names (.evil.test).");
        assertThat(text("TRACE", "a.test:80"))
                .isEqualTo("TRACE to a.test:80 is not allowed: the method is in access.deny-methods.");
    }

    @Test
    void shouldTakeOnlyMethodsThatCanCount() {
        assertThatThrownBy(() -> new Denials(List.of(), List.of(), List.of(), Set.of("trace")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write it in capitals");
    }

    @Test
    void shouldAnswerHeadWithoutABody() {
        assertThat(access.request("HEAD", HostPort.parse("a.test:22"))
                        .orElseThrow()
                        .bodyAllowed())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..example.com",
                "example..com",
                "*.example.com",
                "*",
                "127.0.0.1",
                "::1",
                "127.1",
                "a b",
                "a/b"
            })
    void shouldRefusePatternsThatAreNoNames(String pattern) {
        assertThatThrownBy(() -> NamePattern.parse(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldSayHowToWriteAPattern() {
        assertThatThrownBy(() -> NamePattern.parse("*.example.com")).hasMessageContaining("write .example.com for");
        assertThatThrownBy(() -> NamePattern.parse(".b\u00fccher.example"))
                .hasMessageContaining(": .xn--bcher-kva.example");
        assertThat(NamePattern.parse(".Example.COM.")).hasToString(".example.com");
    }

    @Test
    void shouldKnowWhichPatternCoversAnother() {
        NamePattern below = NamePattern.parse(".example.com");
        NamePattern alone = NamePattern.parse("example.com");
        assertThat(below.covers(alone)).isTrue();
        assertThat(below.covers(NamePattern.parse(".a.example.com"))).isTrue();
        assertThat(below.covers(NamePattern.parse("badexample.com"))).isFalse();
        assertThat(alone.covers(below)).isFalse();
        assertThat(alone.covers(alone)).isTrue();
    }

    private String text(String method, String target) {
        return access.request(method, HostPort.parse(target)).orElseThrow().text();
    }

    private AddressAnswer addresses(String... literals) {
        return access.addresses(
                "GET",
                HostPort.parse("a.test:80"),
                List.of(literals).stream()
                        .map(text -> Objects.requireNonNull(IpLiteral.parse(text), text))
                        .toList());
    }
}

package dev.tidewait.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.ProxyError;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private final OwnAddresses own = new OwnAddresses();
    private final Access byDefault = new Access(AccessRules.DEFAULTS, own);

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, LOOPBACK",
        "127.255.0.9, LOOPBACK",
        "::1, LOOPBACK",
        "169.254.169.254, LINK_LOCAL",
        "fe80::1, LINK_LOCAL",
        "febf::1, LINK_LOCAL",
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "::, UNSPECIFIED",
        "224.0.0.1, MULTICAST",
        "255.255.255.255, MULTICAST",
        "240.0.0.1, MULTICAST",
        "ff02::1, MULTICAST",
        "::ffff:127.0.0.1, LOOPBACK",
        "::127.0.0.1, LOOPBACK",
        "2002:7f00:1::, LOOPBACK",
        "2002:a9fe:a9fe::1, LINK_LOCAL",
        "64:ff9b::127.0.0.1, LOOPBACK",
        "64:ff9b:1::169.254.169.254, LINK_LOCAL",
    })
    void shouldProhibitSpecialDestinationsInEverySpelling(String address, DestinationClass why) {
        assertThat(denial(byDefault, parse(address))).contains(" is " + why.text() + ". Add the address");
    }

    @Test
    void shouldProhibitAMappedAddressThatJavaKeepsAsIpv6() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        InetAddress kept = Inet6Address.getByAddress("", mapped, -1);
        assertThat(kept).isInstanceOf(Inet6Address.class);
        assertThat(denial(byDefault, kept)).contains(" is loopback. ");
    }

    @Test
    void shouldProhibitOwnAddresses() throws SocketException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        assertThat(others)
                .allSatisfy(address -> assertThat(denial(byDefault, address)).contains(" is own. "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"192.0.2.7", "10.0.0.1", "2001:db8::1", "64:ff9b::192.0.2.7", "2002:c000:207::1", "1.1.1.1"})
    void shouldLetOtherDestinationsPass(String address) {
        assertThat(denial(byDefault, parse(address))).isEmpty();
    }

    @Test
    void shouldMakeExceptions() {
        Access access = access(EnumSet.allOf(DestinationClass.class), List.of(Cidr.parse("127.0.0.1")));
        assertThat(denial(access, parse("127.0.0.1"))).isEmpty();
        assertThat(denial(access, parse("::ffff:127.0.0.1"))).isEmpty();
        assertThat(denial(access, parse("127.0.0.2"))).contains(" is loopback. ");
    }

    @Test
    void shouldProhibitOnlyWhatTheRulesSay() {
        Access access = access(EnumSet.of(DestinationClass.LINK_LOCAL), List.of());
        assertThat(denial(access, parse("127.0.0.1"))).isEmpty();
        assertThat(denial(access, parse("169.254.0.1"))).contains(" is link-local. ");
    }

    @Test
    void shouldAllowLoopbackClientsAndPort443ByDefault() {
        assertThat(byDefault.client(parse("127.0.0.9"))).isEmpty();
        assertThat(byDefault.client(parse("::1"))).isEmpty();
        assertThat(byDefault.client(parse("192.0.2.1"))).isPresent();
        assertThat(byDefault.request("CONNECT", HostPort.parse("a.test:443"))).isEmpty();
        assertThat(byDefault.request("CONNECT", HostPort.parse("a.test:80"))).isPresent();
    }

    /** 6to4, NAT64 and the deprecated form: anybody on the network may have such an address. */
    @ParameterizedTest
    @ValueSource(strings = {"2002:7f00:1::1", "64:ff9b::127.0.0.1", "64:ff9b:1::127.0.0.1", "::127.0.0.1"})
    void shouldNotTakeAClientForAnotherWhoseAddressItsOwnCarries(String remote) {
        assertThat(byDefault.client(parse(remote))).isPresent();
    }

    @Test
    void shouldTakeAMappedClientForTheIpv4ClientThatItIs() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        assertThat(byDefault.client(Inet6Address.getByAddress("", mapped, -1))).isEmpty();
    }

    private Access access(EnumSet<DestinationClass> denied, List<Cidr> allowed) {
        return new Access(new AccessRules(AccessRules.LOOPBACK_CLIENTS, denied, allowed, List.of(PortRange.ANY)), own);
    }

    /** The text of the denial; empty where there is none. */
    private static String denial(Access access, InetAddress address) {
        return switch (access.addresses("CONNECT", HostPort.parse("a.test:443"), List.of(address))) {
            case AddressAnswer.Permitted some -> {
                assertThat(some.addresses()).containsExactly(address);
                yield "";
            }
            case AddressAnswer.Denied none -> {
                assertThat(none.failure().error()).isEqualTo(ProxyError.ADDRESS_DENIED);
                yield none.failure().text();
            }
        };
    }

    private static InetAddress parse(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text), text);
    }
}

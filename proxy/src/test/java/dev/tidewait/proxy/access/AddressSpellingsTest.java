package dev.tidewait.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.http1.RequestReader;
import dev.tidewait.proxy.http1.RequestReading;
import dev.tidewait.proxy.http1.Target;
import dev.tidewait.proxy.socks5.Reading;
import dev.tidewait.proxy.socks5.SocksRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every spelling of a prohibited address, as a client may write it in a request: it is read as that address and denied, or it is no destination at
 * all. None is a name for a resolver, which might know more spellings than the rules.
 */
class AddressSpellingsTest {
    /** Denies every kind, and 10.0.0.0/8 and 2001:db8:bad::/48 by block. */
    private final Access access = new Access(
            new AccessRules(
                    AccessRules.LOOPBACK_CLIENTS,
                    EnumSet.allOf(DestinationClass.class),
                    List.of(),
                    List.of(PortRange.ANY),
                    List.of(PortRange.ANY),
                    new Denials(
                            List.of(),
                            List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8:bad::/48")),
                            List.of(),
                            Set.of())),
            new OwnAddresses());

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        // loopback, IPv4
        "127.0.0.1, denied",
        "127.255.255.254, denied",
        "127.0.0.1., refused",
        "127.0.0.1.., refused",
        "127.000.000.001, refused",
        "127.0.0.01, refused",
        "0127.0.0.1, refused",
        "0177.0.0.1, refused",
        "0177.0000.0000.0001, refused",
        "017700000001, refused",
        "0x7f.0.0.1, refused",
        "0X7F.0.0.1, refused",
        "0x7f.0x0.0x0.0x1, refused",
        "0x7f000001, refused",
        "0x7f000001., refused",
        "0x7f.1, refused",
        "127.1, refused",
        "127.1., refused",
        "127.0.1, refused",
        "127.0x1, refused",
        "2130706433, refused",
        "2130706433., refused",
        "127.0.0.1%lo, refused",
        "127.0.0.1%25lo, refused",
        "%31%32%37.0.0.1, refused",
        "127\u30020\u30020\u30021, refused",
        "\uff11\uff12\uff17.0.0.1, refused",
        "\u2460\u2461\u2466.0.0.1, refused",
        "'127.0.0.1 ', refused",
        "' 127.0.0.1', refused",
        "'127.0.0.1\u0000', refused",
        "'127.0.0.1\t', refused",
        "user@127.0.0.1, refused",
        "[127.0.0.1], refused",
        "127.0.0.256, refused",
        "-127.0.0.1, refused",
        "127..1, refused",
        ".127.0.0.1, refused",
        // this host, in other words
        "0.0.0.0, denied",
        "0.1.2.3, denied",
        "0.0.0.0., refused",
        "0, refused",
        "0x0, refused",
        "0x, refused",
        "00000000000, refused",
        // loopback, IPv6
        "[::1], denied",
        "[::0001], denied",
        "[0::1], denied",
        "[0:0:0:0:0:0:0:1], denied",
        "[0000:0000:0000:0000:0000:0000:0000:0001], denied",
        "[::0.0.0.1], denied",
        "[::], denied",
        "[::1%lo], refused",
        "[::1%25lo], refused",
        "[::00001], refused",
        "[::1::], refused",
        "[::1, refused",
        "::1, refused",
        "[::1]., refused",
        // IPv4 in IPv6
        "[::ffff:127.0.0.1], denied",
        "[::FFFF:127.0.0.1], denied",
        "[::ffff:7f00:1], denied",
        "[0:0:0:0:0:ffff:7F00:0001], denied",
        "[::ffff:127.1], refused",
        "[::ffff:127.0.0.01], refused",
        "[::ffff:0x7f.0.0.1], refused",
        "[::ffff:2130706433], refused",
        "[::ffff:0.0.0.0], denied",
        "[::127.0.0.1], denied",
        "[::7f00:1], denied",
        "[64:ff9b::127.0.0.1], denied",
        "[64:ff9b::7f00:1], denied",
        "[0064:ff9b:0:0:0:0:7f00:1], denied",
        "[64:ff9b:1::7f00:1], denied",
        "[64:ff9b:1:fffe::127.0.0.1], denied",
        "[2002:7f00:1::], denied",
        "[2002:7F00:0001::1], denied",
        "[2002:7f00:1:ffff:a:b:c:d], denied",
        // the metadata service of clouds
        "169.254.169.254, denied",
        "169.254.43518, refused",
        "169.16689662, refused",
        "2852039166, refused",
        "0xa9fea9fe, refused",
        "0251.0376.0251.0376, refused",
        "169.254.169.254., refused",
        "[::ffff:169.254.169.254], denied",
        "[::ffff:a9fe:a9fe], denied",
        "[64:ff9b::a9fe:a9fe], denied",
        "[2002:a9fe:a9fe::1], denied",
        "[fe80::1], denied",
        "[FEBF::1], denied",
        "[fe80::1%eth0], refused",
        "[fe80::1%251], refused",
        // denied by block
        "10.1.2.3, denied",
        "10.1.2.3., refused",
        "10.66051, refused",
        "012.1.2.3, refused",
        "0xa.1.2.3, refused",
        "0xa010203, refused",
        "167838211, refused",
        "[::ffff:10.1.2.3], denied",
        "[::ffff:a01:203], denied",
        "[::10.1.2.3], denied",
        "[64:ff9b::a01:203], denied",
        "[64:ff9b:1::10.1.2.3], denied",
        "[2002:a01:203::], denied",
        "[2001:db8:bad::1], denied",
        "[2001:DB8:BAD:0:0:0:0:1], denied",
        "[2001:0db8:0bad:ffff:ffff:ffff:ffff:ffff], denied",
        "[2001:db8:bad::10.0.0.1], denied",
        // never the end of a TCP connection
        "224.0.0.1, denied",
        "255.255.255.255, denied",
        "0xffffffff, refused",
        "4294967295, refused",
        "[ff02::1], denied",
        "[::ffff:ffff:ffff], denied",
    })
    void shouldMeetTheSameRule(String spelling, String expected) {
        assertThat(outcome(() -> HostPort.parse(spelling + ":443"))).isEqualTo(expected);
        assertThat(outcome(() -> byHttp("CONNECT " + spelling + ":443", spelling + ":443")))
                .as("CONNECT")
                .isEqualTo(expected);
        assertThat(outcome(() -> byHttp("GET http://" + spelling + ":80/", spelling + ":80")))
                .as("GET")
                .isEqualTo(expected);
        assertThat(outcome(() -> byHttp("GET http://" + spelling + "/", spelling)))
                .as("GET, no port")
                .isEqualTo(expected);
        // As the name of a SOCKS5 request: brackets belong to URIs, so there the bare address is one.
        assertThat(outcome(() -> bySocks(spelling))).as("SOCKS5").isIn("refused", "denied");
        boolean bracketed = spelling.startsWith("[") && spelling.endsWith("]");
        String bare = bracketed ? spelling.substring(1, spelling.length() - 1) : spelling;
        assertThat(outcome(() -> bySocks(bare))).as("SOCKS5, bare").isIn("refused", "denied");
    }

    /** The destination of a request as the HTTP reader understands it. */
    private static HostPort byHttp(String requestLine, String host) {
        byte[] head = (requestLine + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        return switch (new RequestReader(8192).read(Unpooled.wrappedBuffer(head))) {
            case RequestReading.Read read ->
                switch (read.head().target()) {
                    case Target.Authority to -> to.authority();
                    case Target.Absolute to -> to.authority();
                    default -> throw new AssertionError(read.head().target());
                };
            case RequestReading.Unfit unfit ->
                throw new IllegalArgumentException(unfit.failure().text());
            case RequestReading.More more -> throw new AssertionError("the head is complete");
        };
    }

    private static HostPort bySocks(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuf request = Unpooled.buffer()
                .writeBytes(new byte[] {5, 1, 0, 3, (byte) bytes.length})
                .writeBytes(bytes);
        return switch (SocksRequest.read(request.writeShort(443))) {
            case Reading.Whole<SocksRequest> whole -> whole.message().target();
            case Reading.Unfit<SocksRequest> unfit -> throw new IllegalArgumentException(unfit.text());
            case Reading.Partial<SocksRequest> partial -> throw new AssertionError("the request is complete");
        };
    }

    private String outcome(Supplier<HostPort> reading) {
        HostPort target;
        try {
            target = reading.get();
        } catch (IllegalArgumentException unreadable) {
            return "refused";
        }
        if (target.literal().isEmpty()) {
            return "a name for the resolver";
        }
        return switch (access.addresses(
                "CONNECT", target, List.of(target.literal().get()))) {
            case AddressAnswer.Permitted permitted -> "permitted: " + permitted.addresses();
            case AddressAnswer.Denied denied -> "denied";
        };
    }
}

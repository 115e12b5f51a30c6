package dev.tidewait.lab;

import java.util.List;
import java.util.stream.Stream;

/** The scripts of {@link SocksDifferentialTest}; docs/socks5.md has the differences in words. No state. */
final class SocksScripts {
    private static final String STRANGER =
            "a client of another protocol cannot read a SOCKS5 answer; SOCKS4 has its own";
    private static final String CUT = "microsocks takes what one recv() gives for a whole message";
    private static final String STRICT_NAME =
            "microsocks gives to getaddrinfo() what is no host name; RFC 6943, section 3.1.1";
    private static final String SAYS_WHICH =
            "microsocks has one reply for all names that it cannot resolve, and it blames itself";

    private SocksScripts() {}

    static Stream<SocksScript> all() {
        return Stream.of(greetings(), tunnels(), refusals(), unfit()).flatMap(List::stream);
    }

    private static List<SocksScript> greetings() {
        return List.of(
                SocksScript.same("no method known: GSSAPI", "050101"),
                SocksScript.same("no method known: password", "050102"),
                SocksScript.same("no method known: private ones", "050380feff"),
                SocksScript.same("no method at all", "0500"),
                SocksScript.same("SOCKS4", "04010050c000020700").but("005b000000000000", "05ff", STRANGER),
                SocksScript.same("HTTP", "474554202f20485454502f312e310d0a0d0a").but("", "05ff", STRANGER),
                SocksScript.same("TLS", "1603010200010001fc0303").but("", "05ff", STRANGER),
                SocksScript.same("a zero byte", "000100").but("", "05ff", STRANGER),
                SocksScript.same("version 6", "060100").but("", "05ff", STRANGER),
                SocksScript.sameThenEnd("greeting cut behind the version", "05").but("", "05ff", CUT),
                SocksScript.sameThenEnd("greeting with fewer methods than it says", "050300")
                        .but("", "0500", CUT),
                SocksScript.sameThenEnd("greeting, and then nothing", "050100"));
    }

    private static List<SocksScript> tunnels() {
        String manyMethods = "05ff" + "80".repeat(254) + "00";
        return List.of(
                SocksScript.same("tunnel to IPv4", "050100", "05010001E4PP"),
                SocksScript.same("tunnel to IPv6", "050100", "05010004E6PP"),
                SocksScript.same("tunnel to a mapped IPv4 address", "050100", "0501000400000000000000000000ffffE4PP"),
                SocksScript.same("tunnel, two methods", "05020002", "05010001E4PP"),
                SocksScript.same("tunnel, no authentication last", "0503020100", "05010001E4PP"),
                SocksScript.same("tunnel, the same method twice", "05020000", "05010001E4PP"),
                SocksScript.same("tunnel, 255 methods", manyMethods, "05010001E4PP"),
                SocksScript.same("tunnel to a name", "050100", name("localhost", "PP")),
                SocksScript.same("tunnel to a name in capitals", "050100", name("LocalHost", "PP")),
                SocksScript.same("tunnel to IPv4 as a name", "050100", name("10.71.2.1", "PP")),
                SocksScript.same("tunnel to IPv6 as a name", "050100", name("fd71:9::1", "PP")),
                SocksScript.sameThenEnd("greeting and request in one piece", "05010005010001E4PP70696e67")
                        .but("0500 050000S ping", "0500", CUT),
                SocksScript.sameThenEnd("request and payload in one piece", "050100", "05010001E4PP70696e67")
                        .but("0500 050000S ping", "0500 050000S", "microsocks drops what comes behind a request"),
                SocksScript.sameThenEnd("tunnel that the client ends first", "050100", "05010001E4PP", "70696e67")
                        .but("0500 050000S ping", "0500 050000S", "microsocks ends both directions at the first FIN"));
    }

    private static List<SocksScript> refusals() {
        return List.of(
                SocksScript.same("IPv4 refused", "050100", "05010001E40001"),
                SocksScript.same("IPv6 refused", "050100", "05010004E60001"),
                SocksScript.same("name refused", "050100", name("localhost", "0001")),
                SocksScript.same("unreachable, says the routing table", "050100", "05010001c63364010050"),
                SocksScript.same("unreachable, says ARP", "050100", "050100010a4702c80050"),
                SocksScript.same("prohibited, says the routing table", "050100", "05010001c63365010050")
                        .but(
                                "0500 05040001000000000000",
                                "0500 05010001000000000000",
                                "where no route is allowed a host cannot be reached; microsocks has no reply for EACCES"),
                SocksScript.same("no answer", "050100", "05010001c63366010050"),
                SocksScript.same("no route", "050100", "05010001c00002010050")
                        .but(
                                "0500 05040001000000000000",
                                "0500 05030001000000000000",
                                "Tidewait does not tell an unreachable network from an unreachable host"),
                SocksScript.same("unknown name", "050100", name("unknown.invalid", "0050"))
                        .but("0500 05040001000000000000", "0500 05010001000000000000", SAYS_WHICH),
                SocksScript.same("port 0", "050100", "05010001E40000")
                        .but(
                                "0500 05010001000000000000",
                                "0500 05050001000000000000",
                                "nobody refuses port 0: it does not exist, and nothing is sent"));
    }

    private static List<SocksScript> unfit() {
        return List.of(
                SocksScript.same("BIND", "050100", "05020001E4PP"),
                SocksScript.same("UDP ASSOCIATE", "050100", "05030001000000000000"),
                SocksScript.same("command 0", "050100", "05000001E4PP"),
                SocksScript.same("command 255", "050100", "05ff0001E4PP"),
                SocksScript.same("reserved byte 1", "050100", "05010101E4PP"),
                SocksScript.same("request of version 4", "050100", "04010001E4PP"),
                SocksScript.same("request of version 1", "050100", "01010001E4PP"),
                SocksScript.same("address type 0", "050100", "05010000E4PP"),
                SocksScript.same("address type 2", "050100", "05010002E4PP"),
                SocksScript.same("address type 5", "050100", "05010005E4PP"),
                SocksScript.same("address type 255", "050100", "050100ffE4PP"),
                SocksScript.same("empty name", "050100", name("", "PP")),
                SocksScript.same("name with a NUL", "050100", name("local\0host", "PP")),
                SocksScript.same("name with a blank", "050100", name("local host", "PP")),
                SocksScript.same("name with a slash", "050100", name("localhost/", "PP")),
                SocksScript.same("IPv6 in brackets as a name", "050100", name("[fd71:9::1]", "PP")),
                SocksScript.same("short spelling of IPv4", "050100", name("10.4653569", "PP"))
                        .but("0500 05010001000000000000", "0500 050000S ping", STRICT_NAME),
                SocksScript.same("decimal IPv4", "050100", name("172425729", "PP"))
                        .but("0500 05010001000000000000", "0500 050000S ping", STRICT_NAME),
                SocksScript.same("hexadecimal IPv4", "050100", name("0xa470201", "PP"))
                        .but("0500 05010001000000000000", "0500 050000S ping", STRICT_NAME),
                SocksScript.same("octal IPv4", "050100", name("012.0107.02.01", "PP"))
                        .but("0500 05010001000000000000", "0500 050000S ping", STRICT_NAME),
                SocksScript.sameThenEnd("request cut in its address", "050100", "050100010a47")
                        .but("0500", "0500 05010001000000000000", CUT));
    }

    private static String name(String name, String port) {
        StringBuilder message = new StringBuilder("05010003");
        message.append(String.format("%02x", name.length()));
        name.chars().forEach(c -> message.append(String.format("%02x", c)));
        return message.append(port).toString();
    }
}

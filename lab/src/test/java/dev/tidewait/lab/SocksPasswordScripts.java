package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The scripts of {@link SocksDifferentialTest} for listeners where user "user" must say "secret" (RFC 1929). No state. */
final class SocksPasswordScripts {
    private static final String REQUEST = "05010001E4PP";
    private static final String RIGHT = password("user", "secret");
    private static final String CUT = "microsocks takes what one recv() gives for a whole message";

    private SocksPasswordScripts() {}

    static Stream<SocksScript> all() {
        return Stream.of(right(), wrong()).flatMap(List::stream);
    }

    private static List<SocksScript> right() {
        return List.of(
                SocksScript.same("right password", "050102", RIGHT, REQUEST),
                SocksScript.same("right password, three methods", "0503000102", RIGHT, REQUEST),
                SocksScript.same("right password, none offered last", "05020200", RIGHT, REQUEST),
                SocksScript.same("right password, IPv6", "050102", RIGHT, "05010004E6PP"),
                SocksScript.same("right password, refused", "050102", RIGHT, "05010001E40001"),
                SocksScript.same("right password, BIND", "050102", RIGHT, "05020001E4PP"),
                SocksScript.same("right password, address type 9", "050102", RIGHT, "05010009E4PP"),
                SocksScript.same("right password instead of a request", "050102", RIGHT, RIGHT),
                SocksScript.sameThenEnd("right password, and then nothing", "050102", RIGHT),
                SocksScript.sameThenEnd("right password and request in one piece", "050102", RIGHT + REQUEST)
                        .but("0502 0100 050000S", "0502 0100", CUT));
    }

    private static List<SocksScript> wrong() {
        return List.of(
                SocksScript.same("password not offered", "050100"),
                SocksScript.same("password not among four", "050400010380"),
                SocksScript.same("no method at all where a password is asked for", "0500"),
                failed("wrong password", password("user", "Secret")),
                failed("wrong password, longer", password("user", "secrets")),
                failed("wrong password, shorter", password("user", "secre")),
                failed("wrong password of 255 bytes", password("user", "x".repeat(255))),
                failed("wrong user", password("User", "secret")),
                failed("user of 255 bytes", password("u".repeat(255), "secret")),
                failed("user and password swapped", password("secret", "user")),
                failed("empty user", password("", "secret")),
                SocksScript.same("empty password", "050102", password("user", "")),
                SocksScript.same("password message of version 5", "050102", "05" + RIGHT.substring(2)),
                SocksScript.same("password message of version 0", "050102", "00" + RIGHT.substring(2)),
                SocksScript.sameThenEnd("password with a NUL behind it", "050102", password("user", "secret\0x"))
                        .but("0502 0101", "0502 0100", "microsocks compares C strings, which end at the NUL"),
                SocksScript.sameThenEnd("password message cut in the user", "050102", "01047573")
                        .but("0502", "0502 0101", CUT),
                SocksScript.sameThenEnd("greeting with a password, and then nothing", "050102"));
    }

    /** RFC 1929, section 2: any value but 0 is a failure. */
    private static SocksScript failed(String name, String password) {
        return SocksScript.same(name, "050102", password)
                .but(
                        "0502 0101",
                        "0502 0102",
                        "one value for every failure; microsocks has another for a malformed message");
    }

    private static String password(String user, String password) {
        return "01" + text(user) + text(password);
    }

    private static String text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return HexFormat.of().toHexDigits((byte) bytes.length) + HexFormat.of().formatHex(bytes);
    }
}

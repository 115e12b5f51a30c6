package dev.tidewait.proxy.socks5;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.socks5.Reading.Partial;
import dev.tidewait.proxy.socks5.Reading.Unfit;
import dev.tidewait.proxy.socks5.Reading.Whole;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each message of RFC 1928 and RFC 1929, byte by byte. */
class Socks5MessagesTest {
    @ParameterizedTest
    @CsvSource({
        "05 01 00, NONE, 3",
        "05 01 02, PASSWORD, 3",
        "05 02 00 02, NONE PASSWORD, 4",
        "05 03 02 01 00, NONE PASSWORD, 5",
        "05 02 00 00, NONE, 4",
        "05 01 01, '', 3",
        "05 01 80, '', 3",
        "05 02 ff fe, '', 4",
        "05 01 00 05 01 00, NONE, 3",
    })
    void shouldReadGreetings(String message, String offered, int byteCount) {
        Set<Method> methods = offered.isEmpty()
                ? EnumSet.noneOf(Method.class)
                : Arrays.stream(offered.split(" ")).map(Method::valueOf).collect(Collectors.toSet());
        assertThat(Greeting.read(Hex.buffer(message))).isEqualTo(new Whole<>(new Greeting(methods), byteCount));
    }

    @Test
    void shouldReadTheLongestGreeting() {
        byte[] message = new byte[Greeting.MAX_BYTES];
        Arrays.fill(message, (byte) 2);
        message[0] = 5;
        message[1] = (byte) 255;
        assertThat(Greeting.read(Hex.buffer(message)))
                .isEqualTo(new Whole<>(new Greeting(Set.of(Method.PASSWORD)), Greeting.MAX_BYTES));
    }

    @ParameterizedTest
    @CsvSource({
        "04 01 00 50 7f000001 00, 005b000000000000, SOCKS4",
        "04, 005b000000000000, SOCKS4",
        "05 00, 05ff, no method",
        "16 03 01, '', TLS",
        "47 45 54 20, '', HTTP",
        "43, '', HTTP",
        "70, '', HTTP",
        "00, '', SOCKS5",
        "06 01 00, '', SOCKS5",
        "ff, '', SOCKS5",
    })
    void shouldTellWhoSpeaksAnotherProtocol(String message, String answer, String hint) {
        assertUnfit(Greeting.read(Hex.buffer(message)), answer, hint);
    }

    @ParameterizedTest
    @CsvSource({
        "01 01 61 01 62, a, 62, 5",
        "01 04 75736572 03 3a3a3a, user, 3a3a3a, 10",
        "01 02 c3bc 01 20 0501, ü, 20, 6",
        "01 01 61 04 c3bc fcff, a, c3bcfcff, 8", // whatever the charset
    })
    void shouldReadPasswords(String message, String user, String password, int byteCount) {
        assertThat(PasswordRequest.read(Hex.buffer(message)))
                .isEqualTo(new Whole<>(new PasswordRequest(user, Hex.bytes(password)), byteCount));
    }

    @Test
    void shouldReadTheLongestPasswordAndNotShowIt() {
        byte[] message = new byte[PasswordRequest.MAX_BYTES];
        Arrays.fill(message, (byte) 'x');
        message[0] = 1;
        message[1] = (byte) 255;
        message[257] = (byte) 255;
        Reading<PasswordRequest> reading = PasswordRequest.read(Hex.buffer(message));
        String text = "x".repeat(255);
        byte[] password = Arrays.copyOfRange(message, 258, message.length);
        assertThat(reading).isEqualTo(new Whole<>(new PasswordRequest(text, password), PasswordRequest.MAX_BYTES));
        assertThat(new PasswordRequest("me", "secret".getBytes(US_ASCII)))
                .asString()
                .contains("me")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "05 01 61 01 62, RFC 1929",
        "00, RFC 1929",
        "01 00, user name is empty",
        "01 01 61 00, password is empty",
    })
    void shouldRefusePasswordsOfAnotherForm(String message, String hint) {
        assertUnfit(PasswordRequest.read(Hex.buffer(message)), "0101", hint);
    }

    @ParameterizedTest
    @CsvSource({
        "05 01 00 01 7f000001 0050, 127.0.0.1, 80, 10",
        "05 01 00 01 c0000207 01bb ff, 192.0.2.7, 443, 10",
        "05 01 00 01 ffffffff ffff, 255.255.255.255, 65535, 10",
        "05 01 00 03 01 61 0050, a, 80, 8",
        "05 01 00 03 06 412e74657374 1f90, a.test, 8080, 13",
        "05 01 00 03 07 612e746573742e 1f90, a.test., 8080, 14",
        "05 01 00 03 09 3132372e302e302e31 0001, 127.0.0.1, 1, 16",
        "05 01 00 03 03 3a3a31 0001, ::1, 1, 10",
        "05 01 00 04 20010db8000000000000000000000007 0050, 2001:db8::7, 80, 22",
        "05 01 00 04 00000000000000000000000000000001 0050, ::1, 80, 22",
        "05 01 00 04 00000000000000000000000000000000 0050, ::, 80, 22",
        "05 01 00 04 00000000000000000000ffff7f000001 0050, 127.0.0.1, 80, 22",
    })
    void shouldReadRequests(String message, String host, int port, int byteCount) {
        assertThat(SocksRequest.read(Hex.buffer(message)))
                .isEqualTo(new Whole<>(new SocksRequest(new HostPort(host, port)), byteCount));
    }

    @Test
    void shouldTakeAMappedAddressForWhatItIs() {
        Reading<SocksRequest> reading =
                SocksRequest.read(Hex.buffer("05 01 00 04 00000000000000000000ffff7f000001 0050"));
        assertThat(reading)
                .isInstanceOfSatisfying(
                        Whole.class,
                        whole -> assertThat(((SocksRequest) whole.message())
                                        .target()
                                        .literal())
                                .contains(InetAddress.ofLiteral("127.0.0.1")));
    }

    @ParameterizedTest
    @CsvSource({
        "04, 01, version 5",
        "01, 01, version 5",
        "05 02, 07, BIND",
        "05 03, 07, UDP ASSOCIATE",
        "05 00, 07, command 0",
        "05 ff, 07, command 255",
        "05 02 01 05, 07, BIND",
        "05 01 01, 01, reserved",
        "05 01 ff 05, 01, reserved",
        "05 01 00 00, 08, type 0",
        "05 01 00 02, 08, type 2",
        "05 01 00 05, 08, type 5",
        "05 01 00 ff 00, 08, type 255",
        "05 01 00 03 00, 01, empty",
        "05 01 00 01 7f000001 0000, 01, port 0",
        "05 01 00 03 01 61 0000, 01, port 0",
        "05 01 00 03 05 3132372e31 0050, 01, four decimal numbers",
        "05 01 00 03 0a 32313330373036343333 0050, 01, four decimal numbers",
        "05 01 00 03 04 30783766 0050, 01, four decimal numbers",
        "05 01 00 03 02 6100 0050, 01, letters",
        "05 01 00 03 02 610a 0050, 01, letters",
        "05 01 00 03 03 61c3bc 0050, 01, letters",
        "05 01 00 03 03 612062 0050, 01, letters",
        "05 01 00 03 02 2e61 0050, 01, empty or longer",
        "05 01 00 03 05 5b3a3a315d 0050, 01, letters",
        "05 01 00 03 08 666538303a3a2531 0050, 01, letters",
    })
    void shouldRefuseRequests(String message, String reply, String hint) {
        assertUnfit(SocksRequest.read(Hex.buffer(message)), "05" + reply + "000100000000" + "0000", hint);
    }

    @Test
    void shouldRefuseALongNameOnlyWhenAllOfItIsThere() {
        byte[] message = new byte[SocksRequest.MAX_BYTES];
        Arrays.fill(message, (byte) 'a');
        System.arraycopy(Hex.bytes("05 01 00 03 ff"), 0, message, 0, 5);
        assertThat(SocksRequest.read(Hex.buffer(Arrays.copyOf(message, message.length - 1))))
                .isEqualTo(new Partial<>());
        assertUnfit(SocksRequest.read(Hex.buffer(message)), "05010001000000000000", "253");
    }

    @Test
    void shouldWriteWhatAServerSays() {
        assertThat(Answer.chosen(Method.NONE)).hasToString("0500");
        assertThat(Answer.chosen(Method.PASSWORD)).hasToString("0502");
        assertThat(Answer.NO_METHOD).hasToString("05ff");
        assertThat(Answer.PASSWORD_RIGHT).hasToString("0100");
        assertThat(Answer.PASSWORD_WRONG).hasToString("0101");
        assertThat(Answer.NOTHING).hasToString("");
        assertThat(Answer.connected(new InetSocketAddress("192.0.2.7", 61234))).hasToString("05000001c0000207ef32");
        assertThat(Answer.connected(new InetSocketAddress("2001:db8::7", 80)))
                .hasToString("0500000420010db80000000000000000000000070050");
        assertThat(ByteBufUtil.hexDump(Answer.NO_METHOD.toBuffer())).isEqualTo("05ff");
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_DENIED, 02",
        "PORT_DENIED, 02",
        "ADDRESS_DENIED, 02",
        "NAME_DENIED, 02",
        "METHOD_DENIED, 02",
        "TOO_MANY, 02",
        "NAME_UNKNOWN, 04",
        "NAME_FAILED, 04",
        "NAME_TIMEOUT, 04",
        "UNREACHABLE, 04",
        "REFUSED, 05",
        "RESET, 05",
        "TIMED_OUT, 06",
        "NO_PORT, 01",
        "NAME_LINE_FULL, 01",
        "LOCAL, 01",
    })
    void shouldGiveEachFailureItsReply(ProxyError error, String code) {
        assertThat(Answer.refused(Reply.of(error))).hasToString("05" + code + "000100000000" + "0000");
    }

    @Test
    void shouldTakeTheBlameOnlyForTroubleOfThisHost() {
        assertThat(EnumSet.allOf(ProxyError.class).stream()
                        .filter(error -> error.endCause() == EndCause.NOT_CONNECTED)
                        .filter(error -> Reply.of(error) == Reply.GENERAL_FAILURE))
                .containsExactlyInAnyOrder(ProxyError.NAME_LINE_FULL, ProxyError.NO_PORT, ProxyError.LOCAL);
    }

    @Test
    void shouldNumberRepliesAsTheRfcDoes() {
        assertThat(Reply.values()).extracting(Reply::code).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private static void assertUnfit(Reading<?> reading, String answer, String hint) {
        assertThat(reading).isInstanceOfSatisfying(Unfit.class, unfit -> {
            assertThat(unfit.answer()).hasToString(answer);
            assertThat(unfit.text()).contains(hint);
        });
    }
}

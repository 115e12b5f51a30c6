package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits.Limits;
import dev.tidewait.proxy.access.Denials;
import dev.tidewait.proxy.access.PasswordFile;
import dev.tidewait.proxy.access.PasswordFileException;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sees of listeners that ask for passwords. */
class ProxyPasswordTest {
    /** Password "colon:in:it"; made by libxcrypt. */
    private static final String FILE = "ann:$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi\n";

    /** Password "p\u00e4ssw\u00f6rd" in Latin-1; made by libxcrypt. */
    private static final String LATIN_FILE = "ann:$2y$04$zyxwvutsrqponmlkjihgfetud.DArgnJ5fYCwhKxue4Jg82jhK0dK\n";

    private static final String RIGHT = "ann:colon:in:it";
    private static final AccessRules OPEN = new AccessRules(
            AccessRules.LOOPBACK_CLIENTS, EnumSet.noneOf(DestinationClass.class), List.of(), List.of(PortRange.ANY));
    private static final Limits NO_LIMITS = Limits.NONE;

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @Test
    void shouldTunnelForWhoeverKnowsThePassword() throws Exception {
        try (Bench bench = http(OPEN, List.of())) {
            for (int i = 0; i < 3; i++) {
                try (Socket client = bench.client()) {
                    write(client, connect(bench, basic(RIGHT)) + "early");
                    try (Socket server = bench.accepted()) {
                        assertThat(new String(server.getInputStream().readNBytes(5), US_ASCII))
                                .isEqualTo("early");
                        Bench.end(client);
                    }
                }
            }
            Until.isTrue("the log has them", () -> bench.records.all.size() == 3);
            assertThat(bench.records.all)
                    .allSatisfy(record -> assertThat(record.user()).isEqualTo("ann"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 407 | asks for a user name and a password",
                "ann:wrong | 407 | the password is wrong",
                "bob:colon:in:it | 407 | the password is wrong",
                "ANN:colon:in:it | 407 | the password is wrong",
            })
    void shouldAnswer407AndConnectNowhere(String credentials, int status, String hint) throws Exception {
        try (Bench bench = http(OPEN, List.of());
                Socket client = bench.client()) {
            write(client, connect(bench, credentials.isEmpty() ? "" : basic(credentials)));
            String answer = new RawPeer(client).message();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " Proxy Authentication Required\r\n");
            assertThat(answer).contains("\r\nProxy-Authenticate: Basic realm=\"tidewait\", charset=\"UTF-8\"\r\n");
            assertThat(answer)
                    .contains("\r\nProxy-Status: tidewait; error=http_request_denied;")
                    .contains(hint);
            assertThat(bench.connector.requests).isEmpty();
            Bench.end(client);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.REFUSED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Proxy-Authorization: Bearer x | 407",
                "Proxy-Authorization: Basic | 407",
                "Proxy-Authorization: Basic QQ | 407",
                "Authorization: Basic YW5uOmNvbG9uOmluOml0 | 407",
                "Proxy-Authorization: Basic YW5uOmNvbG9uOmluOml0\\r\\nProxy-Authorization: Basic YW5uOmNvbG9uOmluOml0 | 400",
            })
    void shouldTakeNothingElseForAPassword(String field, int status) throws Exception {
        try (Bench bench = http(OPEN, List.of());
                Socket client = bench.client()) {
            write(client, connect(bench, field.replace("\\r\\n", "\r\n") + "\r\n"));
            assertThat(new RawPeer(client).message()).startsWith("HTTP/1.1 " + status + " ");
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @Test
    void shouldTellNobodyWithoutAPasswordWhatIsDenied() throws Exception {
        try (Bench bench = http(AccessRules.DEFAULTS, List.of());
                Socket stranger = bench.client();
                Socket ann = bench.client()) {
            write(stranger, connect(bench, ""));
            assertThat(new RawPeer(stranger).message()).startsWith("HTTP/1.1 407 ");
            write(ann, connect(bench, basic(RIGHT)));
            assertThat(new RawPeer(ann).message()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void shouldAskNobodyWhoIsExempt() throws Exception {
        try (Bench bench = http(OPEN, AccessRules.LOOPBACK_CLIENTS);
                Socket client = bench.client()) {
            write(client, connect(bench, ""));
            bench.accepted().close();
            assertThat(readAll(client)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldServeAClientThatEndsItsSideBehindTheRequest() throws Exception {
        try (Bench bench = http(OPEN, List.of());
                Socket client = bench.client()) {
            write(client, connect(bench, basic(RIGHT)));
            client.shutdownOutput();
            try (Socket server = bench.accepted()) {
                write(server, "late");
            }
            assertThat(readAll(client)).endsWith("\r\n\r\nlate");
        }
    }

    @Test
    void shouldEndWhenTheClientResetsWhileItsPasswordIsChecked() throws Exception {
        String slow = FILE.replace("$04$", "$10$");
        try (Bench bench = http(OPEN, List.of(), slow);
                Socket client = bench.client()) {
            write(client, connect(bench, basic("ann:wrong")));
            Until.isTrue("it is in", () -> bench.metrics.accepted.get() == 1);
            Bench.reset(client);
            bench.awaitEnd();
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    /** What a browser does: asks, is told, asks again, and goes on asking, all on one connection. */
    @Test
    void shouldLetAClientLogInOnTheConnectionThatItHas() throws Exception {
        try (Bench bench = http(OPEN, List.of());
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, ""));
            assertThat(client.message())
                    .startsWith("HTTP/1.1 407 ")
                    .contains("\r\nProxy-Authenticate: Basic ")
                    .doesNotContain("Connection: close");
            client.send(get(bench, basic("ann:wrong")));
            assertThat(client.message()).startsWith("HTTP/1.1 407 ");
            assertThat(bench.connector.requests).isEmpty();
            client.send(get(bench, basic(RIGHT)));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                for (int i = 0; i < 3; i++) {
                    assertThat(server.head())
                            .startsWith("GET /a HTTP/1.1\r\n")
                            .doesNotContainIgnoringCase("authorization");
                    server.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    assertThat(client.message()).startsWith("HTTP/1.1 200 ").endsWith("ok");
                    if (i < 2) {
                        client.send(get(bench, basic(RIGHT)));
                    }
                }
                Bench.end(client.socket);
            }
        }
    }

    @Test
    void shouldApplyNewRulesToAConnectionThatIsOpen() throws Exception {
        try (Bench bench = http(AccessRules.DEFAULTS, AccessRules.LOOPBACK_CLIENTS);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, ""));
            assertThat(client.message()).startsWith("HTTP/1.1 403 ").contains("is loopback");
            AccessRules changed = new AccessRules(
                    AccessRules.LOOPBACK_CLIENTS,
                    EnumSet.noneOf(DestinationClass.class),
                    List.of(),
                    List.of(PortRange.ANY),
                    AccessRules.HTTP_PORTS,
                    new Denials(List.of(), List.of(), List.of(), Set.of("GET")));
            bench.server.reload(new ProxySettings(
                    List.of(new HttpProxyListenerSettings("test", bench.server.address("test"), changed, 2048)),
                    Bench.PATIENT));
            client.send(get(bench, ""));
            assertThat(client.message()).startsWith("HTTP/1.1 403 ").contains("access.deny-methods");
            Bench.end(client.socket);
        }
    }

    @Test
    void shouldKnowOnlyTheNewPasswordsAfterAReload() throws Exception {
        try (Bench bench = http(OPEN, List.of())) {
            assertThat(status(bench, RIGHT)).isEqualTo("200");
            assertThat(status(bench, RIGHT)).as("remembered").isEqualTo("200");
            ListenerSettings listener = new HttpProxyListenerSettings("test", bench.server.address("test"), OPEN, 2048);
            bench.server.reload(new ProxySettings(
                    List.of(listener),
                    Bench.PATIENT,
                    new UserRules(Optional.of(PasswordFile.parse(FILE.replace("ann", "bob"))), List.of()),
                    NO_LIMITS));
            assertThat(status(bench, RIGHT)).isEqualTo("407");
            assertThat(status(bench, "bob:colon:in:it")).isEqualTo("200");
        }
    }

    /** RFC 1929. The messages one by one, and all in one piece. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldTunnelBySocksForWhoeverKnowsThePassword(boolean inOnePiece) throws Exception {
        try (Bench bench = socks(OPEN);
                Socket client = bench.client()) {
            if (inOnePiece) {
                writeHex(client, "05020002" + password("ann", "colon:in:it") + toOrigin(bench) + "6869");
            } else {
                writeHex(client, "05020002");
                assertThat(readHex(client, 2)).isEqualTo("0502");
                writeHex(client, password("ann", "colon:in:it"));
                assertThat(readHex(client, 2)).isEqualTo("0100");
                writeHex(client, toOrigin(bench) + "6869");
            }
            try (Socket server = bench.accepted()) {
                assertThat(new String(server.getInputStream().readNBytes(2), US_ASCII))
                        .isEqualTo("hi");
                Bench.end(client);
            }
            bench.awaitEnd();
            assertThat(bench.records.all.getFirst().user()).isEqualTo("ann");
        }
    }

    /** bcrypt knows bytes only: a client that speaks Latin-1 gets in by either way, or by none. */
    @Test
    void shouldTakeTheBytesOfAPasswordAsTheyCome() throws Exception {
        byte[] credentials = "ann:p\u00e4ssw\u00f6rd".getBytes(ISO_8859_1);
        try (Bench bench = http(OPEN, List.of(), LATIN_FILE)) {
            assertThat(statusOf(bench, credentials)).isEqualTo("200");
            assertThat(status(bench, "ann:p\u00e4ssw\u00f6rd")).as("in UTF-8").isEqualTo("407");
        }
        try (Bench bench = socks(OPEN, LATIN_FILE);
                Socket client = bench.client()) {
            writeHex(client, "050102" + "0103" + hex("ann".getBytes(US_ASCII)) + "0870e4737377f67264");
            assertThat(readHex(client, 4)).isEqualTo("05020100");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "050100, 05ff", // offers no password
        "050101, 05ff",
        "05010201, 0502", // and is then silent
    })
    void shouldChooseOnlyThePasswordMethod(String sent, String answer) throws Exception {
        try (Bench bench = socks(OPEN);
                Socket client = bench.client()) {
            writeHex(client, sent);
            client.shutdownOutput();
            assertThat(hex(client.getInputStream().readAllBytes())).isEqualTo(answer);
            assertThat(bench.connector.requests).isEmpty();
        }
    }

    @Test
    void shouldRefuseAWrongPasswordBySocks() throws Exception {
        try (Bench bench = socks(OPEN);
                Socket client = bench.client()) {
            writeHex(client, "050102" + password("ann", "wrong") + toOrigin(bench));
            assertThat(hex(client.getInputStream().readAllBytes())).isEqualTo("05020101");
            assertThat(bench.connector.requests).isEmpty();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.REFUSED);
        }
    }

    @Test
    void shouldKeepAFloodBehindThePasswordOutOfItsMemory() throws Exception {
        try (Bench bench = socks(OPEN);
                Socket client = bench.client()) {
            String flood = "78".repeat(300_000);
            writeHex(client, "050102" + password("ann", "colon:in:it") + toOrigin(bench) + flood);
            client.shutdownOutput();
            try (Socket server = bench.accepted()) {
                assertThat(server.getInputStream().readAllBytes()).hasSize(300_000);
            }
            client.getInputStream().readAllBytes();
        }
    }

    private static Bench http(AccessRules access, List<Cidr> exempt) throws IOException, PasswordFileException {
        return http(access, exempt, FILE);
    }

    private static Bench http(AccessRules access, List<Cidr> exempt, String file)
            throws IOException, PasswordFileException {
        return Bench.guarded(
                Bench.listen(),
                new HttpProxyListenerSettings("test", Bench.loopback(0), access, 2048),
                new UserRules(Optional.of(PasswordFile.parse(file)), exempt),
                NO_LIMITS);
    }

    private static Bench socks(AccessRules access) throws IOException, PasswordFileException {
        return socks(access, FILE);
    }

    private static Bench socks(AccessRules access, String file) throws IOException, PasswordFileException {
        ServerSocket origin = Bench.listen();
        return Bench.guarded(
                origin,
                new SocksListenerSettings("test", Bench.loopback(0), access),
                new UserRules(Optional.of(PasswordFile.parse(file)), List.of()),
                NO_LIMITS);
    }

    private static String connect(Bench bench, String fields) {
        String target = "127.0.0.1:" + bench.origin.getLocalPort();
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + fields + "\r\n";
    }

    private static String get(Bench bench, String fields) {
        String origin = "127.0.0.1:" + bench.origin.getLocalPort();
        return "GET http://" + origin + "/a HTTP/1.1\r\nHost: " + origin + "\r\n" + fields + "\r\n";
    }

    private static String basic(String credentials) {
        return basic(credentials.getBytes(UTF_8));
    }

    private static String basic(byte[] credentials) {
        return "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(credentials) + "\r\n";
    }

    /** Of a CONNECT to the origin, whose connection is closed at once. */
    private static String status(Bench bench, String credentials) throws IOException {
        return statusOf(bench, credentials.getBytes(UTF_8));
    }

    private static String statusOf(Bench bench, byte[] credentials) throws IOException {
        try (Socket client = bench.client()) {
            write(client, connect(bench, basic(credentials)));
            String line = new String(client.getInputStream().readNBytes(12), ISO_8859_1);
            if (line.endsWith("200")) {
                Bench.end(bench.accepted());
            }
            return line.substring(9);
        }
    }

    private static String password(String user, String password) {
        return "01" + length(user) + hex(user.getBytes(UTF_8)) + length(password) + hex(password.getBytes(UTF_8));
    }

    private static String length(String text) {
        return HexFormat.of().toHexDigits((byte) text.length());
    }

    private static String toOrigin(Bench bench) {
        return "050100017f000001" + HexFormat.of().toHexDigits((short) bench.origin.getLocalPort());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void writeHex(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    private static String readHex(Socket socket, int byteCount) throws IOException {
        return hex(socket.getInputStream().readNBytes(byteCount));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
}

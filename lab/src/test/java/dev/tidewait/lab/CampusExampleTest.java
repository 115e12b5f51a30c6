package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * docs/examples/campus.yaml as it stands, but for the folders of its two files, in a network with the addresses that it assumes: password file by
 * Apache's htpasswd, clients by curl.
 */
@NeedsRoot
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampusExampleTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Path EXAMPLE = Path.of("../docs/examples/campus.yaml");
    private static final InetAddress OUTSIDE = AddressPlan.parse("203.0.113.80");
    private static final String STUDENT = "10.20.7.7";
    private static final String STAFF = "10.30.7.7";
    private static final String STRANGER = "10.40.7.7";
    private static final String WEB = "http://10.20.0.1:3128";

    private Path folder;

    private Topology topology;
    private final List<HttpServer> origins = new ArrayList<>();
    private NameServer names;
    private String yaml;
    private ProxyUnderTest proxy;

    @BeforeAll
    void setUp(@TempDir Path shared) throws Exception {
        folder = shared;
        topology = Topology.proxied(TopologyPlan.STANDARD);
        Command.ip(topology.proxy(), "address add 10.20.0.1/16 dev p0", "address add 203.0.113.1/24 dev p1");
        Command.ip(
                topology.client(),
                "address add " + STUDENT + "/16 dev c0",
                "address add 10.20.7.8/16 dev c0",
                "address add 10.20.0.53/16 dev c0",
                "address add " + STAFF + "/32 dev lo",
                "address add " + STRANGER + "/32 dev lo");
        Command.ip(topology.proxy(), "route add 10.30.0.0/16 via " + STUDENT, "route add 10.40.0.0/16 via " + STUDENT);
        Command.ip(topology.server(), "address add 203.0.113.80/24 dev s0");
        for (int port : List.of(80, 443)) {
            HttpServer origin =
                    topology.server().call(() -> HttpServer.create(new InetSocketAddress(OUTSIDE, port), 0));
            origin.createContext("/", exchange -> {
                byte[] body = "outside".getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            origin.start();
            origins.add(origin);
        }
        names = NameServer.start(
                topology.client(),
                AddressPlan.parse("10.20.0.53"),
                Map.of(
                        "www.example.org", List.of(OUTSIDE),
                        "rebind.example.org", List.of(AddressPlan.parse("10.20.0.9")),
                        "tracker.example.net", List.of(OUTSIDE)));
        Path users = folder.resolve("users");
        htpasswd("-c", users, "ann", "correct horse");
        htpasswd("-C10", users, "ben", "pass:word");
        yaml = Files.readString(EXAMPLE)
                .replace("/etc/tidewait/users", users.toString())
                .replace(
                        "/var/log/tidewait/access.log",
                        folder.resolve("access.log").toString());
        proxy = ProxyUnderTest.start(topology.proxy(), yaml, UnaryOperator.identity());
    }

    /** Reads the password from standard input, which the manual recommends over the command line. */
    private void htpasswd(String option, Path users, String user, String password) throws Exception {
        try (ClientProgram program = ClientProgram.start(
                topology.client(), DEADLINE, List.of("htpasswd", "-iB", option, users.toString(), user))) {
            program.stdin().write(password.getBytes(StandardCharsets.UTF_8));
            program.stdin().close();
            program.awaitSuccess();
        }
    }

    @AfterAll
    void tearDown() {
        if (proxy != null) {
            proxy.close();
        }
        if (names != null) {
            names.close();
        }
        origins.forEach(origin -> origin.stop(0));
        topology.close();
    }

    @Test
    void shouldPassTheCheckAndSayWhatItMeans() throws Exception {
        Path file = Files.writeString(folder.resolve("campus.yaml"), yaml);
        String report = ClientProgram.run(
                topology.proxy(),
                DEADLINE,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidewait.app.TidewaitMain",
                "check",
                file.toString());
        assertThat(report)
                .contains(
                        " is right. It would open:",
                        "web, http-proxy on 10.20.0.1:3128",
                        "socks, socks5 on 10.20.0.1:1080")
                .contains("(2 users), but without one from 10.30.0.0/16")
                .contains("at most 300 connections of each client", "denied names: .ads.example, tracker.example.net")
                .contains("passwords travel in clear to listener 'web'");
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                // who
                "10.20.7.7, -, www.example.org:443, 407",
                "10.20.7.7, ann:wrong, www.example.org:443, 407",
                "10.20.7.7, eve:correct horse, www.example.org:443, 407",
                "10.20.7.7, ann:correct horse, www.example.org:443, 200",
                "10.20.7.7, ben:pass:word, www.example.org:443, 200",
                "10.20.7.7, ann:correct horse, 203.0.113.80:443, 200",
                "10.30.7.7, -, www.example.org:443, 200",
                "10.40.7.7, ann:correct horse, www.example.org:443, 403",
                // where to
                "10.30.7.7, -, tracker.example.net:443, 403",
                "10.30.7.7, -, TRACKER.example.net.:443, 403",
                "10.30.7.7, -, a.b.ads.example:443, 403",
                "10.30.7.7, -, ads.example:443, 403",
                "10.30.7.7, -, other.example.net:443, 502",
                "10.30.7.7, -, rebind.example.org:443, 403",
                "10.30.7.7, -, 10.20.0.9:443, 403",
                "10.30.7.7, -, 192.168.1.1:443, 403",
                "10.30.7.7, -, '[::ffff:10.20.0.9]:443', 403",
                "10.30.7.7, -, '[64:ff9b::10.20.0.9]:443', 403",
                "10.30.7.7, -, '[fd00::1]:443', 403",
                "10.30.7.7, -, 127.0.0.1:443, 403",
                "10.30.7.7, -, www.example.org:22, 403",
                "10.30.7.7, -, www.example.org:6379, 403",
            })
    void shouldTunnelForWhomAndWhereItSays(String from, String credentials, String target, String expected)
            throws Exception {
        List<String> command = curl(from, "--proxytunnel", "-x", WEB);
        if (credentials != null) {
            command.addAll(List.of("--proxy-user", credentials));
        }
        command.addAll(List.of("-w", "%{http_connect}", "http://" + target + "/"));
        assertThat(output(command)).endsWith(expected);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "10.20.7.7, -, GET, www.example.org, 407",
                "10.20.7.7, ann:wrong, GET, www.example.org, 407",
                "10.20.7.7, ann:correct horse, GET, www.example.org, outside200",
                "10.30.7.7, -, GET, www.example.org, outside200",
                "10.40.7.7, ann:correct horse, GET, www.example.org, 403",
                "10.30.7.7, -, TRACE, www.example.org, 403",
                "10.30.7.7, -, GET, a.ads.example, 403",
                "10.30.7.7, -, GET, rebind.example.org, 403",
                "10.30.7.7, -, GET, www.example.org:443, 403",
                "10.30.7.7, -, GET, www.example.org:6000, 403",
                "10.30.7.7, -, GET, '[::ffff:10.20.0.9]', 403",
            })
    void shouldForwardForWhomAndWhereItSays(
            String from, String credentials, String method, String host, String expected) throws Exception {
        List<String> command = curl(from, "-x", WEB, "-X", method, "-w", "%{http_code}");
        if (credentials != null) {
            command.addAll(List.of("--proxy-user", credentials));
        }
        command.add("http://" + host + "/");
        assertThat(output(command)).endsWith(expected);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "10.20.7.7, ann:correct horse@, www.example.org:443, outside",
        "10.20.7.7, ann:correct horse@, www.example.org:80, outside",
        "10.20.7.7, ann:wrong@, www.example.org:443, rejected by the SOCKS5 server (1 1).",
        "10.20.7.7, '', www.example.org:443, No authentication method was acceptable.",
        "10.30.7.7, '', www.example.org:443, outside",
        // (2): not allowed by the rules. Nobody listens at some of these, which would be (4) or (5).
        "10.30.7.7, '', tracker.example.net:443, (2)",
        "10.30.7.7, '', 10.20.0.9:443, (2)",
        "10.30.7.7, '', www.example.org:8443, (2)",
        "10.40.7.7, ann:correct horse@, www.example.org:443, (2)",
    })
    void shouldServeSocksByTheSameRules(String from, String credentials, String target, String expected)
            throws Exception {
        String at = "socks5h://" + credentials.replace(" ", "%20") + "10.20.0.1:1080";
        List<String> command = curl(from, "-x", at, "-w", "%{errormsg}");
        command.add("http://" + target + "/");
        assertThat(output(command)).endsWith(expected);
    }

    /** The password is typed, for whoever has a terminal; without one curl reads it from standard input. */
    @Test
    void shouldServeTheCommandsThatItsCommentsShow() throws Exception {
        List<String> shown = yaml.lines()
                .filter(line -> line.startsWith("#   curl "))
                .map(line -> line.substring("#   curl ".length()))
                .toList();
        assertThat(shown).hasSize(2);
        for (String line : shown) {
            List<String> command = new ArrayList<>(List.of("setsid", "-w"));
            command.addAll(curl(STUDENT, "--proxytunnel"));
            command.addAll(List.of(line.replace("https://example.com/", "http://www.example.org:443/")
                    .split(" ")));
            try (ClientProgram program = ClientProgram.start(topology.client(), DEADLINE, command)) {
                program.stdin().write("correct horse\n".getBytes(StandardCharsets.UTF_8));
                program.stdin().close();
                assertThat(new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8))
                        .as(line)
                        .isEqualTo("outside");
            }
        }
    }

    @Test
    void shouldGiveItsPasswordFileToTheGroupOfTheService() throws IOException {
        String unit = Files.readString(EXAMPLE.resolveSibling("../tidewait.service"));
        String group = unit.lines()
                .filter(line -> line.startsWith("Group="))
                .map(line -> line.substring("Group=".length()))
                .findFirst()
                .orElseThrow();
        assertThat(unit)
                .contains("useradd --system --user-group")
                .contains("\nUser=" + group + "\n")
                .doesNotContain("DynamicUser");
        assertThat(Files.readString(EXAMPLE))
                .contains("install -d -m 750 -o root -g " + group + " /etc/tidewait\n")
                .contains("chown root:" + group + " /etc/tidewait/users && sudo chmod 640 /etc/tidewait/users\n");
    }

    @Test
    void shouldBoundWhatOneMachineOpens() throws Exception {
        int refused = topology.client().call(() -> {
            List<Socket> sockets = new ArrayList<>();
            try {
                int tooMany = 0;
                while (sockets.size() < 400 && tooMany == 0) {
                    Socket socket = new Socket();
                    socket.bind(new InetSocketAddress("10.20.7.8", 0));
                    socket.connect(new InetSocketAddress("10.20.0.1", 3128), 10_000);
                    sockets.add(socket);
                    socket.setSoTimeout(1);
                    tooMany = answer(socket).startsWith("HTTP/1.1 429 ") ? sockets.size() : 0;
                }
                return tooMany;
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        });
        // 100 at once by the rate, and at the very latest at the 301st by the count.
        assertThat(refused).isBetween(101, 301);
        assertThat(output(command(STAFF))).as("others are served on").isEqualTo("outside200");
    }

    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readNBytes(13), StandardCharsets.US_ASCII);
        } catch (SocketTimeoutException silent) {
            return "";
        }
    }

    @Test
    void shouldWriteWhoFetchedWhatIntoTheAccessLog() throws Exception {
        List<String> command = curl(STUDENT, "--proxytunnel", "-x", WEB, "--proxy-user", "ann:correct horse");
        command.add("http://www.example.org:443/logged");
        assertThat(output(command)).isEqualTo("outside");
        Path log = folder.resolve("access.log");
        Eventually.holds("the log has ann's tunnel", DEADLINE, () -> {
            try {
                return Files.readString(log)
                        .lines()
                        .anyMatch(line -> line.contains("\"user\":\"ann\"")
                                && line.contains("\"target\":\"www.example.org:443\""));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private List<String> command(String from) {
        List<String> command = curl(from, "--proxytunnel", "-x", WEB, "-w", "%{http_connect}");
        command.add("http://www.example.org:443/");
        return command;
    }

    private static List<String> curl(String from, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-q", "-s", "--max-time", "20", "--interface", from));
        command.addAll(List.of(options));
        return command;
    }

    /** What curl writes, whether it succeeds or not. */
    private String output(List<String> command) throws Exception {
        try (ClientProgram program = ClientProgram.start(topology.client(), DEADLINE, command)) {
            program.stdin().close();
            return new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tidewait doctor} knows of the connections of other Tidewait programs, without being told where they are. */
@Timeout(180)
final class DoctorLedgerTest {
    private static final int LISTENER = 15_432;
    private static final String SERVED = ServerHost.ADDRESS + ":" + ServerHost.PORT;
    private static final String LONG_FLOORS = "timeWait: { floor: { timestamps: 30s, sequence: 30s, unknown: 30s } }\n";
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The command itself takes a second; a program that hangs must not add more than its deadline. */
    private static final long HANGING_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatTheLedgerOfAProxyKnows() throws Exception {
        Schema rules = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(CommandRun.of("doctor", "--schema").out(), InputFormat.JSON);
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20000-20099", LONG_FLOORS);
                    Socket live = ProxyProcess.connect(LISTENER)) {
                say(live);
                for (int i = 0; i < 3; i++) {
                    relayOnce();
                }
                assertThat(server.nextClient().getPort()).isBetween(20_000, 20_099);
                awaitPage(page -> page.contains("\"leased\":1,\"cooling\":3"));

                CommandRun json = CommandRun.of("doctor", "--json", "--all");
                CommandRun text = CommandRun.of("doctor");

                assertThat(rules.validate(json.out(), InputFormat.JSON)).isEmpty();
                assertThat(json.out())
                        .contains("\"countedBy\" : \"ledger\"")
                        .contains("\"leased\" : 1")
                        .contains("\"cooling\" : 3")
                        .contains("\"headroom\" : 96")
                        .contains("\"usable\" : 100")
                        .doesNotContain("ledger of");
                assertThat(text.out())
                        .containsPattern(row(1, 3, 96))
                        .contains("Tidewait's ledger: 1 leased, 3 cooling; ")
                        .doesNotContain("no ledger could be asked");
                assertThat(proxy.stderr()).contains("ready after");
            }
            return null;
        });
    }

    /** A reset leaves no socket, but the port rests. */
    @Test
    void shouldShowPortsThatRestWithoutASocket() throws Exception {
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20000-20099", LONG_FLOORS)) {
                try (Socket client = ProxyProcess.connect(LISTENER)) {
                    say(client);
                    client.setSoLinger(true, 0);
                }
                assertThat(server.nextClient().getPort()).isBetween(20_000, 20_099);
                awaitPage(page -> page.contains("\"leased\":0,\"cooling\":1"));

                assertThat(CommandRun.of("doctor").out())
                        .containsPattern(row(0, 0, 99))
                        .contains("Tidewait's ledger: 0 leased, 1 cooling; ");
                assertThat(proxy.stderr()).contains("ready after");
            }
            return null;
        });
    }

    /** 200 TIME_WAIT on 300 ports would be a warning of any other program. */
    @Test
    void shouldBeQuietAboutPortsThatHavePassedTheirFloor() throws Exception {
        InNamespace.run(() -> {
            // Only with RFC 1337 does every TIME_WAIT last.
            Sysctl.write("net.ipv4.tcp_rfc1337", "1");
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20000-20299", "")) {
                for (int i = 0; i < 200; i++) {
                    relayOnce();
                }
                assertThat(server.nextClient().getPort()).isBetween(20_000, 20_299);
                awaitPage(page -> page.contains("\"leased\":0,\"cooling\":200") && page.contains("\"headroom\":300"));

                CommandRun run = CommandRun.of("doctor");

                assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.OK);
                assertThat(run.out())
                        .containsPattern(row(0, 200, 300))
                        .contains("Tidewait's ledger: 0 leased, 200 cooling; ")
                        .doesNotContain("[keep-alive]", "[destination-exhaustion]");
                assertThat(proxy.stderr()).contains("ready after");
            }
            return null;
        });
    }

    @Test
    void shouldSayWhomItCouldNotAsk() throws Exception {
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20480-20579", "admin: off\n");
                    Socket live = ProxyProcess.connect(LISTENER)) {
                say(live);
                assertThat(server.nextClient().getPort()).isBetween(20_480, 20_579);

                CommandRun text = CommandRun.of("doctor");

                assertThat(text.out())
                        .contains("no ledger could be asked")
                        .contains(
                                "the ledgers of the Tidewait program that owns the ports 20480-21503: it has no admin")
                        .contains("--admin of run and attach");
                assertThat(CommandRun.of("doctor", "--json").out())
                        .contains("\"countedBy\" : \"floor\"", "\"ledger\" : null");
                assertThat(proxy.stderr()).contains("ready after");
            }
            return null;
        });
    }

    @Test
    void shouldNotWaitForAProgramThatHangs() throws Exception {
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20480-20579", "");
                    Socket live = ProxyProcess.connect(LISTENER)) {
                say(live);
                assertThat(server.nextClient().getPort()).isBetween(20_480, 20_579);
                proxy.signal("STOP");

                long begin = System.nanoTime();
                CommandRun run = CommandRun.of("doctor");

                assertThat(System.nanoTime() - begin).isLessThan(HANGING_LIMIT_NANOS);
                assertThat(run.out())
                        .contains("the ledgers of the Tidewait program at 127.0.0.1:8404: it does not answer in time")
                        .contains("no ledger could be asked");
            }
            return null;
        });
    }

    /** A hook keeps no ledger, but it tells its ports. */
    @Test
    void shouldCountTheVeryPortsOfAHook() throws Exception {
        String client = """
                import socket, time
                for i in range(20):
                    with socket.create_connection(("%s", %d), 10) as s:
                        s.sendall(b"x")
                        s.recv(1)
                        s.shutdown(socket.SHUT_WR)
                        s.recv(1)
                    time.sleep(0.05)
                print("done", flush=True)
                time.sleep(120)
                """.formatted(ServerHost.ADDRESS, ServerHost.PORT);
        Path file = Files.writeString(directory.resolve("client.py"), client);
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost();
                    CommandProcess run = CommandProcess.tidewait(
                            "run", "--ports=20000-20299", "--admin=127.0.0.1:8405", "--", "python3", file.toString())) {
                run.out().await(line -> line.equals("done"));

                CommandRun json = CommandRun.of("doctor", "--json");

                assertThat(json.out())
                        .contains("\"countedBy\" : \"floor\"", "\"usable\" : 300")
                        .doesNotContain("it has no admin endpoint");
                run.signal("TERM");
                assertThat(run.exitCode()).isEqualTo(143);
                assertThat(server.nextClient()).isNotNull();
            }
            return null;
        });
    }

    private ProxyProcess proxy(String ports, String more) throws IOException, InterruptedException {
        String yaml = """
                listeners: [{ name: db, type: tcp, bind: "127.0.0.1:%d", upstream: far }]
                upstreams: { far: { servers: ["%s"] } }
                sources: { ports: %s }
                """.formatted(LISTENER, SERVED, ports) + more;
        Path file = Files.writeString(directory.resolve("tidewait.yaml"), yaml);
        return ProxyProcess.start("-c", file.toString()).awaitReady();
    }

    private static String row(int live, int timeWait, int headroom) {
        return Pattern.quote(SERVED) + " +10\\.201\\.0\\.1 +" + live + " +" + timeWait + " +" + headroom + " ";
    }

    private static void relayOnce() throws IOException {
        try (Socket client = ProxyProcess.connect(LISTENER)) {
            say(client);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void say(Socket client) throws IOException {
        client.getOutputStream().write("x".getBytes(UTF_8));
        assertThat(client.getInputStream().read()).isEqualTo('x');
    }

    private static void awaitPage(Predicate<String> wanted) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        String page = ProxyProcess.admin("/ports");
        while (!wanted.test(page)) {
            assertThat(System.nanoTime()).as(page).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
            page = ProxyProcess.admin("/ports");
        }
    }
}

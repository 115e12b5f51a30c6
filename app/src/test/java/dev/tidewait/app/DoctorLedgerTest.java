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
import java.util.ArrayList;
import java.util.List;
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

    private static final int MOST_CALLS = 10;

    /** The command itself takes a second; a program that hangs must not add more than its deadline. */
    private static final long HANGING_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A look takes a few milliseconds here, and the second one comes 250 ms after the first. */
    private static final long QUESTION_MILLIS = 400;

    private static final long CALL_MILLIS = 700;

    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatTheLedgerOfAProxyKnows() throws Exception {
        Schema rules = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(CommandRun.of("doctor", "--schema").out(), InputFormat.JSON);
        InNamespace.run(() -> {
            everyTimeWaitLasts();
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20000-20099", LONG_FLOORS);
                    Socket live = ProxyProcess.connect(LISTENER)) {
                say(live);
                for (int i = 0; i < 3; i++) {
                    relayOnce();
                }
                assertThat(server.nextClient().getPort()).isBetween(20_000, 20_099);
                awaitPage(page -> page.contains("\"leased\":1,\"cooling\":3"));

                CommandRun json = answeredDoctor("--json", "--all");
                CommandRun text = answeredDoctor();

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

                assertThat(answeredDoctor().out())
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
            everyTimeWaitLasts();
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20000-20299", "")) {
                for (int i = 0; i < 200; i++) {
                    relayOnce();
                }
                assertThat(server.nextClient().getPort()).isBetween(20_000, 20_299);
                awaitPage(page -> page.contains("\"leased\":0,\"cooling\":200") && page.contains("\"headroom\":300"));

                CommandRun run = answeredDoctor();

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

    /** One that accepts and never answers: the second look does not wait for it. Other work on the machine only adds, so the quickest call counts. */
    @Test
    void shouldHangUpOnASilentProgramByItsSecondLook() throws Exception {
        String silent = """
                import socket, time
                s = socket.create_server(("127.0.0.1", 0))
                name = socket.socket(socket.AF_UNIX)
                name.bind("\\0tidewait/admin/127.0.0.1:%d" % s.getsockname()[1])
                print("ready", flush=True)
                while True:
                    c, _ = s.accept()
                    begin = time.monotonic()
                    try:
                        while c.recv(4096):
                            pass
                    except ConnectionResetError:
                        pass
                    print("after %d ms" % ((time.monotonic() - begin) * 1000), flush=True)
                """;
        Path file = Files.writeString(directory.resolve("silent.py"), silent);
        InNamespace.run(() -> {
            try (CommandProcess program = python(file)) {
                program.out().await(line -> line.equals("ready"));
                long call = Long.MAX_VALUE;
                long question = Long.MAX_VALUE;
                for (int i = 0; i < MOST_CALLS && !(call < CALL_MILLIS && question < QUESTION_MILLIS); i++) {
                    long begin = System.nanoTime();
                    CommandRun run = CommandRun.of("doctor");
                    call = Math.min(call, (System.nanoTime() - begin) / 1_000_000);
                    assertThat(run.out()).contains("it does not answer in time");
                    String hungUp = program.out().await(line -> line.startsWith("after "));
                    question = Math.min(question, Long.parseLong(hungUp.replaceAll("\\D", "")));
                }
                assertThat(question).as("ms from the call to its end").isLessThan(QUESTION_MILLIS);
                assertThat(call).as("ms for all of it, without a JVM to start").isLessThan(CALL_MILLIS);
            }
            return null;
        });
    }

    /** An ordinary user must not tell root's doctor, or its terminal, anything. */
    @Test
    void shouldNotHearAStranger() throws Exception {
        String stranger = """
                import os, socket, sys
                os.setgid(65534)
                os.setuid(65534)
                s = socket.create_server(("127.0.0.1", 0))
                name = socket.socket(socket.AF_UNIX)
                name.bind("\\0tidewait/admin/127.0.0.1:%d" % s.getsockname()[1])
                print("ready", flush=True)
                while True:
                    c, _ = s.accept()
                    c.recv(4096)
                    c.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n" + sys.argv[1].encode())
                    c.close()
                """;
        Path file = Files.writeString(directory.resolve("stranger.py"), stranger);
        String rosy = """
                {"ports":"%s","destinations":[{"destination":"%s","leased":0,"sources":[{"source":"10.201.0.1","usable":4711,"headroom":4711}]}]}
                """;
        InNamespace.run(() -> {
            everyTimeWaitLasts();
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = proxy("20480-20579", LONG_FLOORS);
                    CommandProcess one = python(file, rosy.formatted("20480-20579", SERVED));
                    CommandProcess two = python(file, rosy.formatted("none", SERVED));
                    CommandProcess three = python(file, "\u001b[2Jowned")) {
                for (CommandProcess each : List.of(one, two, three)) {
                    each.out().await(line -> line.equals("ready"));
                }
                relayOnce();
                assertThat(server.nextClient().getPort()).isBetween(20_480, 20_579);
                awaitPage(page -> page.contains("\"leased\":0,\"cooling\":1"));

                assertThat(answeredDoctor().out())
                        .containsPattern(row(0, 1, 99))
                        .contains("it belongs to user 65534, who does not hold the ports that it tells of")
                        .contains("it tells of no ports")
                        .contains("its answer is not understood: it is not the JSON that Tidewait writes")
                        .doesNotContain("4,711", "\u001b", "2Jowned");
                assertThat(proxy.stderr()).contains("ready after");
            }
            return null;
        });
    }

    /** A proxy that runs as a user of its own answers root all the same. */
    @Test
    void shouldHearWhoHoldsThePorts() throws Exception {
        String holder = """
                import os, socket
                os.setgid(65534)
                os.setuid(65534)
                block = socket.socket(socket.AF_UNIX)
                block.bind("\\0tidewait/ports/20480-21503")
                block.listen()
                s = socket.create_server(("127.0.0.1", 8404))
                name = socket.socket(socket.AF_UNIX)
                name.bind("\\0tidewait/admin/127.0.0.1:8404")
                print("ready", flush=True)
                while True:
                    c, _ = s.accept()
                    c.recv(4096)
                    c.sendall(b'''HTTP/1.1 200 OK\\r\\n\\r\\n{"ports":"20480-20579","destinationCount":1,"destinations":[
                        {"destination":"203.0.113.9:80","sources":[
                        {"source":"10.201.0.1","usable":100,"leased":0,"cooling":60,"headroom":40}]}]}''')
                    c.close()
                """;
        Path file = Files.writeString(directory.resolve("holder.py"), holder);
        InNamespace.run(() -> {
            try (CommandProcess program = python(file)) {
                program.out().await(line -> line.equals("ready"));

                assertThat(answeredDoctor().out())
                        .contains("Tidewait's ledger: 0 leased, 60 cooling; ")
                        .doesNotContain("it belongs to user");
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

                assertThat(answeredDoctor("--json").out())
                        .contains("\"countedBy\" : \"hook\"", "\"usable\" : 300")
                        .doesNotContain("it has no admin endpoint");
                assertThat(answeredDoctor().out())
                        .contains("ports of a hook, which keeps no ledger; by the shortest floor")
                        .doesNotContain("no ledger could be asked,");
                run.signal("TERM");
                assertThat(run.exitCode()).isEqualTo(143);
                assertThat(server.nextClient()).isNotNull();
            }
            return null;
        });
    }

    private static CommandProcess python(Path file, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", file.toString()));
        command.addAll(List.of(arguments));
        return CommandProcess.start(new ProcessBuilder(command));
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

    /** An ordinary program on a busy machine may need more than the doctor's 300 ms: then it is asked again, as a user would. */
    private static CommandRun answeredDoctor(String... options) {
        List<String> arguments = new ArrayList<>(List.of("doctor"));
        arguments.addAll(List.of(options));
        CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
        for (int i = 1; i < MOST_CALLS && run.out().contains("does not answer in time"); i++) {
            run = CommandRun.of(arguments.toArray(new String[0]));
        }
        assertThat(run.out()).doesNotContain("does not answer in time");
        return run;
    }

    /** As with RFC 1337 only: else the reset of the end that closed last takes it away. */
    private static void everyTimeWaitLasts() {
        Sysctl.write("net.ipv4.tcp_rfc1337", "1");
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

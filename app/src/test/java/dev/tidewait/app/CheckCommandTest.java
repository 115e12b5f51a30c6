package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tidewait.app.floor.TestReport;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait check} and {@code tidewait explain}. */
final class CheckCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSayWhatWouldBeOpenedAndWhichPortsWouldBeUsed() throws IOException {
        CommandRun run = check("""
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:15432, upstream: postgres }
                upstreams: { postgres: { servers: [localhost:5432, "[::1]:5433"] } }
                sources: { ports: 20000-20999 }
                """);

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("is right")
                .contains("db, tcp on 127.0.0.1:15432 to postgres (localhost:5432, [::1]:5433)")
                .contains("postgres: localhost:5432 = 127.0.0.1")
                .contains("1,000: 20000-20999")
                .contains("at most 1,000 connections a second");
    }

    @Test
    void shouldPrintEveryProblemAndFailWithTwo() throws IOException {
        CommandRun run = check("""
                listners: []
                timeouts: { idle: 5 }
                """);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("tidewait.yaml:1:1: unknown key 'listners'; did you mean 'listeners'?")
                .contains("tidewait.yaml:2:19: timeouts.idle")
                .contains("2 problems");
    }

    @Test
    void shouldSayWhoMayUseItAndWarnOfWhatIsRisky() throws IOException {
        Path users = Files.writeString(
                directory.resolve("users"), "ann:$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = check("""
                listeners: [{ name: web, type: http-proxy, bind: 0.0.0.0:13128 }]
                sources: { ports: 20000-20999 }
                access:
                  allow: [10.20.0.0/16, 10.30.0.0/16]
                  users: { file: %s, without-password: [10.30.0.0/16] }
                  limits: { connections: 200, rate: 50 }
                  deny-names: [.example.com]
                """.formatted(users));

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("access     clients from 10.20.0.0/16, 10.30.0.0/16")
                .contains("with a password of " + users + " (1 user), but without one from 10.30.0.0/16")
                .contains("at most 200 connections of each client")
                .contains("at most 50 new connections a second of each client")
                .contains("denied names: .example.com")
                .contains("passwords travel in clear to listener 'web'")
                .contains("chmod 640 " + users);
    }

    @Test
    void shouldWarnOfAnOpenProxy() throws IOException {
        CommandRun run = check("""
                listeners:
                  - { name: web, type: http-proxy, bind: 0.0.0.0:13128 }
                  - { name: here, type: http-proxy, bind: 127.0.0.1:13129 }
                sources: { ports: 20000-20999 }
                access: { allow: [0.0.0.0/0] }
                """);
        assertThat(run.out()).contains("'web' is an open proxy").doesNotContain("'here' is an open proxy");
    }

    @Test
    void shouldNameAServerThatCannotBeResolved() throws IOException {
        CommandRun run = check("""
                listeners:
                  - { name: db, type: tcp, bind: 127.0.0.1:15432, upstream: postgres }
                upstreams: { postgres: { servers: ["db.invalid:5432"] } }
                """);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("upstreams.postgres.servers:", "The name db.invalid has no address", "Check");
    }

    @Test
    void shouldRefusePortsThatTheKernelGivesToOthers() throws IOException {
        CommandRun run = check("sources: { ports: " + Sysctl.ipLocalPortRange().highest() + " }");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("ip_local_port_range", "dedicatedHost: true");
    }

    @Test
    void shouldRefuseASourceThatThisHostDoesNotHave() throws IOException {
        CommandRun run = check("sources: { addresses: [203.0.113.0/30], ports: 20000-20999 }");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("no address in 203.0.113.0/30");
    }

    @Test
    void shouldTakeABlockForTheAddressesInItThatThisHostHas() throws IOException {
        assertThat(check("sources: { addresses: [127.0.0.0/30], ports: 20000-20999 }")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void shouldRefuseAnAddressToListenOnThatThisHostDoesNotHave() throws IOException {
        CommandRun run = check("""
                listeners:
                  - { name: web, type: http-proxy, bind: 203.0.113.9:15433 }
                sources: { ports: 20000-20999 }
                admin: off
                """);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("listener web cannot listen on 203.0.113.9:15433", "ip address");
    }

    @Test
    void shouldOnlyNoteAnAddressToListenOnThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            CommandRun run = check("""
                    listeners:
                      - { name: web, type: http-proxy, bind: 127.0.0.1:%d }
                    sources: { ports: 20000-20999 }
                    admin: off
                    """.formatted(taken.getLocalPort()));

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(run.out()).contains("listener web cannot listen on 127.0.0.1:" + taken.getLocalPort(), "in use");
        }
    }

    @Test
    void shouldNoteAnUpstreamThatNoListenerUses() throws IOException {
        CommandRun run = check("""
                upstreams: { spare: { servers: ["127.0.0.1:5432"] } }
                sources: { ports: 20000-20999 }
                """);

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("upstreams.spare is used by no listener");
    }

    @Test
    void shouldAnswerProgramsInJson() throws IOException {
        String good = check("sources: { ports: 20000-20999 }", "--json").out();
        String bad = check("admin: { bnd: 1 }", "--json").out();

        assertThat(good).contains("\"valid\" : true", "\"portCount\" : 1000", "\"bind\" : \"127.0.0.1:3128\"");
        assertThat(good).contains("\"access\"", "clients on this host only");
        assertThat(good).contains("\"type\" : \"socks5\"", "\"bind\" : \"127.0.0.1:1080\"");
        assertThat(bad).contains("\"valid\" : false", "\"line\" : 1", "\"column\" : 10", "did you mean 'bind'?");
    }

    @Test
    void shouldPrintASchemaOfEveryKey() {
        CommandRun run = CommandRun.of("check", "--schema");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("json-schema.org", "\"halfClosed\"", "\"connect-ports\"", "\"socks-ports\"", "\"io_uring\"")
                .contains("\"additionalProperties\" : false");
    }

    @Test
    void shouldLetTheSchemaTakeAWordForASection() {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(CommandRun.of("check", "--schema").out(), InputFormat.JSON);

        assertThat(schema.validate("{\"timeWait\":{\"floor\":\"measured\"},\"admin\":\"off\"}", InputFormat.JSON))
                .isEmpty();
        assertThat(schema.validate(
                        "{\"timeWait\":{\"floor\":{\"measured\":true,\"unknown\":\"20s\"}}}", InputFormat.JSON))
                .isEmpty();
        assertThat(schema.validate("{\"timeWait\":{\"floor\":\"15s\"}}", InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void shouldSayWhatAReportLeadsTo() throws IOException {
        Path report = directory.resolve("study.json");
        Path file = Files.writeString(
                directory.resolve("measured.yaml"), "timeWait: { floor: measured, evidence: " + report + " }\n");

        assertThat(CommandRun.of("check", file.toString()).out())
                .contains(
                        "timeWait: without timestamps 5 s or 15 s, the default. " + report + ": there is no such file");
        Files.writeString(report, new TestReport().with(100_000, 1_900, 5).json());
        assertThat(CommandRun.of("check", file.toString()).out())
                .contains("timeWait: without timestamps 2 s. all connections: 2 s: 0 of 100,000 connections");
    }

    @Test
    void shouldAskForAFile() {
        CommandRun run = CommandRun.of("check");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("tidewait check FILE");
    }

    @Test
    void shouldExplainAKey() {
        CommandRun one = CommandRun.of("explain", "timeouts.idle");
        CommandRun section = CommandRun.of("explain", "listeners[0]");
        CommandRun wrong = CommandRun.of("explain", "timeouts.idel");

        assertThat(one.out()).contains("timeouts.idle", "No byte in either direction", "default: 5m", "at most: 24h");
        assertThat(section.out()).contains("listeners.bind", "listeners.upstream");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("did you mean 'timeouts.idle'?");
    }

    private CommandRun check(String yaml, String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("tidewait.yaml"), yaml);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "check";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[arguments.length - 1] = file.toString();
        return CommandRun.of(arguments);
    }
}

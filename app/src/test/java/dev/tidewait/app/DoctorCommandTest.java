package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tidewait.doctor.finding.Check;
import dev.tidewait.doctor.finding.Checks;
import dev.tidewait.linux.Sysctl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tidewait doctor}: its command line, and what it says of a namespace. */
@Timeout(120)
class DoctorCommandTest {
    @Test
    void shouldExplainItself() {
        CommandRun run = CommandRun.of("doctor", "--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("--watch", "--json", "--all", "--schema", "Exit codes:", "headroom:");
    }

    @Test
    void shouldTellAWrongCommandLineFromTrouble() {
        CommandRun run = CommandRun.of("doctor", "--jsn");

        assertThat(run.exitCode()).isEqualTo(ExitCode.DOCTOR_USAGE);
        assertThat(run.err()).contains("--jsn", "See 'tidewait doctor --help'.");
    }

    @Test
    void shouldHaveEachFindingExplained() {
        for (Check check : Checks.inOrder()) {
            CommandRun run = CommandRun.of("explain", check.explanation().key());

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(run.out()).contains(check.explanation().key(), "unit: ", "usual: ", "why: ", "source: ");
        }
        assertThat(CommandRun.of("explain", "narow-range").err()).contains("no key 'narow-range'", "narrow-range");
    }

    @Test
    void shouldFindNothingWrongWhereNothingIs() throws Exception {
        InNamespace.run(() -> {
            CommandRun run = CommandRun.of("doctor");

            assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.OK);
            assertThat(run.out())
                    .contains("28,232 usable", "32768-60999", "nobody: no connection was opened from here")
                    .contains("sources: no address but those of loopback")
                    .doesNotContain("WARNING", "TROUBLE", "\u001b[");
            return run;
        });
    }

    @Test
    void shouldSayWhoRunsOutAndHowToMendIt() throws Exception {
        besideAServer(() -> {
            Sysctl.write("net.ipv4.ip_local_port_range", "40000 40999");
            leaveTimeWaits(40_000, 1_000);

            CommandRun run = CommandRun.of("doctor");

            assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.TROUBLE);
            assertThat(run.out())
                    .contains("1,000 usable", ServerHost.ADDRESS + ":" + ServerHost.PORT, "TROUBLE")
                    .containsPattern("now: +sysctl -w ")
                    .contains("for good:", "risk:");
            assertThat(CommandRun.of("doctor", "--all").out())
                    .contains("sources: 10.201.0.1, fd00:201::1; each has these ports for itself")
                    .contains("connect() takes the 500 even ports first")
                    .contains("0 established, 0 in FIN_WAIT, 0 in other states before TIME_WAIT; 1,000 usable ports")
                    .contains("from 10.201.0.1: 1,000 connections to 1 destination, on 1,000 of 1,000 ports");
            return run;
        });
    }

    @Test
    void shouldKeepToItsSchema() throws Exception {
        String schema = CommandRun.of("doctor", "--schema").out();
        Schema rules = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON);
        assertThat(rules.validate("{\"severity\":\"ok\"}", InputFormat.JSON))
                .as("the schema refuses what is not whole")
                .isNotEmpty();
        besideAServer(() -> {
            Sysctl.write("net.ipv4.ip_local_port_range", "40000 40099");
            leaveTimeWaits(40_000, 99);
            try (Socket live = new Socket()) {
                live.bind(new InetSocketAddress(40_099));
                live.connect(new InetSocketAddress(InetAddress.ofLiteral(ServerHost.ADDRESS), ServerHost.PORT));
                CommandRun run = CommandRun.of("doctor", "--json", "--all");

                assertThat(run.exitCode()).isEqualTo(ExitCode.TROUBLE);
                assertThat(rules.validate(run.out(), InputFormat.JSON)).isEmpty();
                assertThat(run.out())
                        .contains(
                                "\"timeWait\" : 99",
                                "\"pid\" : " + ProcessHandle.current().pid())
                        .contains("\"destination\" : \"" + ServerHost.ADDRESS + "\"");
                assertThat(live.isConnected()).isTrue();
            }
            return schema;
        });
    }

    @Test
    void shouldLookAgainUntilItIsStopped() throws Exception {
        InNamespace.run(() -> {
            ProcessBuilder builder =
                    new ProcessBuilder(CommandProcess.java(TidewaitMain.class, "doctor", "--watch", "--json"));
            try (CommandProcess process = CommandProcess.start(builder)) {
                process.out().await(line -> line.startsWith("{\"severity\":\"ok\""));
                process.out().await(line -> line.startsWith("{\"severity\":\"ok\""));
                process.signal("INT");
                assertThat(process.exitCode()).isEqualTo(ExitCode.OK);
            }
            return builder;
        });
    }

    /** Closed by the client, so that TIME_WAIT is here. */
    private static void leaveTimeWaits(int firstPort, int count) throws Exception {
        for (int port = firstPort; port < firstPort + count; port++) {
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(port));
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral(ServerHost.ADDRESS), ServerHost.PORT));
                socket.shutdownOutput();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static void besideAServer(Callable<?> test) throws Exception {
        InNamespace.run(() -> {
            // Where two CPUs let the server's last two segments change places, its RST would end TIME_WAIT at once (RFC
            // 1337).
            Sysctl.write("net.ipv4.tcp_rfc1337", "1");
            try (ServerHost server = new ServerHost()) {
                assertThat(List.of(server)).isNotEmpty();
                return test.call();
            }
        });
    }
}

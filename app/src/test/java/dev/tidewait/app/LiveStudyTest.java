package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait study --live}: its command line, and a watch of real connections over veth. */
@Timeout(120)
class LiveStudyTest {
    private static final int PORT = 8_080;

    @TempDir
    private Path scratch;

    @Test
    void shouldSayWhatIsWrongWithTheCommandLine() {
        assertWrong("--for goes with --live", "study", "--for", "5s", "some.pcap");
        assertWrong("leave the captures out", "study", "--live", "eth0", "some.pcap");
        assertWrong("two numbers", "study", "--live", "eth0", "--prefix", "24");
        assertWrong("0 to 32 bits", "study", "--live", "eth0", "--prefix", "33,48");
        assertWrong("1,024 to 16,777,216", "study", "--live", "eth0", "--remember", "5");
        assertWrong("at least 1s", "study", "--live", "eth0", "--for", "5ms");
        assertWrong("a power of two", "study", "--live", "eth0", "--tap", "12");
        assertWrong("without --tap", "study", "--live", "eth0", "--tap", "1", "--cost");
        assertWrong("--live with a network device", "study");
    }

    private static void assertWrong(String expected, String... arguments) {
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).as(expected).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(expected, "See 'tidewait study --help'.");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldNameTheDevicesThatThereAre() throws Exception {
        InNamespace.run(() -> {
            CommandRun run = CommandRun.of("study", "--live", "eth7");
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("there is no network device eth7", "lo");
            return run;
        });
    }

    @Test
    void shouldSayWhichRightsAreMissing() throws Exception {
        InNamespace.run(() -> {
            List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
            command.addAll(CommandProcess.java(TidewaitMain.class, "study", "--live", "lo"));
            Process process = new ProcessBuilder(command).start();
            try (BufferedReader err =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                String text = String.join("\n", err.lines().toList());
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(text).isEqualTo(ExitCode.FAILED);
                assertThat(text).contains("root", "CAP_BPF");
            } finally {
                process.destroyForcibly();
            }
            return "refused";
        });
    }

    @Test
    void shouldReportWhatItSawWhenToldToStopAndAddItUp() throws Exception {
        try (Host host = Host.start("study-host").withLoopback();
                Host peer = Host.start("study-peer").withLoopback()) {
            host.ip("link add study0 type veth peer name study1 netns " + peer.threadId());
            host.ip("address add 10.204.0.1/24 dev study0");
            host.ip("link set study0 up");
            peer.ip("address add 10.204.0.2/24 dev study1");
            peer.ip("link set study1 up");
            CommandProcess watch = host.call(() -> CommandProcess.tidewait(
                    "study", "--live", "study0", "--json", "--cost", "--metrics", "127.0.0.1:9404"));
            try (watch) {
                watch.err().await(line -> line.contains("watches study0 for 5m"));
                watch.err().await(line -> line.contains("http://127.0.0.1:9404/metrics"));
                connect(host, peer, 20);
                Await.until(() -> host.call(() -> get("http://127.0.0.1:9404/metrics")), page -> weFirst(page) == 20);
                watch.signal("TERM"); // SIGINT is ignored where the tests run in the background
                assertThat(watch.exitCode()).isEqualTo(ExitCode.OK);
                String report = watch.out().all();
                assertThat(report)
                        .contains(
                                "\"format\" : \"tidewait-study\"",
                                "\"byUnknown\" : 20",
                                "\"shareOfACore\"",
                                "\"arrival\" : {")
                        .contains("\"roundTrips\"", "\"class\" : \"all connections\"", "\"moreConnections\" : 29")
                        .doesNotContain("10.204", "study0");
                Path file = Files.writeString(scratch.resolve("host.json"), report);
                CommandRun twice = CommandRun.of("study", file.toString(), file.toString());
                assertThat(twice.exitCode()).as(twice.err()).isEqualTo(ExitCode.OK);
                assertThat(twice.out()).contains("Closed by FIN  40");
            }
        }
    }

    @Test
    void shouldTapWhereTheKernelIsNotToLook() throws Exception {
        try (Host host = Host.start("study-host").withLoopback();
                Host peer = Host.start("study-peer").withLoopback()) {
            host.ip("link add study0 type veth peer name study1 netns " + peer.threadId());
            host.ip("address add 10.204.0.1/24 dev study0");
            host.ip("link set study0 up");
            peer.ip("address add 10.204.0.2/24 dev study1");
            peer.ip("link set study1 up");
            CommandProcess tap =
                    host.call(() -> CommandProcess.tidewait("study", "--live", "study0", "--json", "--tap", "1"));
            try (tap) {
                tap.err().await(line -> line.contains("taps study0 for 5m"));
                connect(host, peer, 20);
                tap.signal("TERM");
                assertThat(tap.exitCode()).isEqualTo(ExitCode.OK);
                assertThat(tap.out().all())
                        .contains(
                                "\"format\" : \"tidewait-study\"",
                                "\"byOpener\" : 20",
                                "\"sampledOneIn\" : 1",
                                "\"lost\" : 0")
                        .doesNotContain("10.204", "study0");
            }
        }
    }

    @Test
    void shouldPrintATableWhenItsTimeIsOver() throws Exception {
        InNamespace.run(() -> {
            CommandRun run = CommandRun.of("study", "--live", "lo", "--for", "1s");
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
            assertThat(run.out())
                    .containsPattern("Watched +lo for [1-9]")
                    .contains("later than", "Not seen (censored)", "None was watched beyond 60 s");
            return run;
        });
    }

    /** Connections that this end closed first, of any round trip. */
    private static double weFirst(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("tidewait_late_ended_connections_total{ending=\"we_first\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String get(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** This end closes first. */
    private static void connect(Host host, Host peer, int count) throws IOException {
        try (ServerSocket listener = peer.call(() -> new ServerSocket(PORT, 100))) {
            for (int i = 0; i < count; i++) {
                try (Socket client = host.call(() -> {
                            Socket socket = new Socket();
                            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("10.204.0.2"), PORT), 5_000);
                            return socket;
                        });
                        Socket accepted = listener.accept()) {
                    client.shutdownOutput();
                    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                }
            }
        }
    }
}

package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.fixture.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fault at a time in a real network namespace: it is named, and the printed commands make it go away. */
final class PlantedFaultsTest {
    @TempDir
    private Path files;

    private Patient patient;

    @BeforeEach
    void start() {
        patient = new Patient(files);
    }

    @AfterEach
    void stop() {
        patient.close();
    }

    @Test
    void shouldSayNothingAboutAHealthyHost() {
        patient.look();
        patient.connect(Server.FIRST, 50);
        patient.makeTimeWait(Server.SECOND, 200);

        assertThat(patient.findings()).isEmpty();
    }

    @Test
    void shouldNameADestinationWithoutPorts() {
        patient.host.sysctl("net.ipv4.ip_local_port_range", "40000 40063");
        patient.makeTimeWait(Server.FIRST, 64);

        List<Finding> findings = patient.findings();
        assertThat(findings)
                .extracting(Finding::key)
                .containsExactlyInAnyOrder("destination-exhaustion", "tw-reuse", "narrow-range", "keep-alive");
        Finding finding = findings.getFirst();
        assertThat(finding.key()).isEqualTo("destination-exhaustion");
        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.title()).contains("No port is left", Patient.SOURCE, Patient.SERVER + ":" + Server.FIRST);
        assertThat(finding.evidence().getFirst()).contains("64 of 64 ports").contains("64 TIME_WAIT");

        patient.apply(finding);
        Await.until(patient::findings, now -> keys(now).stream().noneMatch("destination-exhaustion"::equals));
        patient.connect(Server.FIRST, 10); // it works, not only the doctor says so
    }

    @Test
    void shouldSayWhereTwReuseWouldHelp() {
        patient.host.sysctl("net.ipv4.ip_local_port_range", "40000 40063");
        patient.makeTimeWait(Server.FIRST, 40);

        Finding finding = only("tw-reuse");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.evidence().getFirst()).contains("net.ipv4.tcp_tw_reuse is 2 (for loopback only)");
        assertThat(finding.evidence().getLast()).contains("40 TIME_WAIT on 64 ports");
        assertThat(finding.fix().orElseThrow().commands()).containsExactly("sysctl -w net.ipv4.tcp_tw_reuse='1'");

        patient.apply(finding);
        assertGone("tw-reuse");
    }

    @Test
    void shouldNotAdviseTwReuseWithoutTimestamps() {
        patient.host.sysctl("net.ipv4.ip_local_port_range", "40000 40063");
        patient.host.sysctl("net.ipv4.tcp_timestamps", "0");
        patient.makeTimeWait(Server.FIRST, 60);

        assertThat(keys(patient.findings())).contains("timestamps").doesNotContain("tw-reuse");
        assertThat(only("destination-exhaustion").fix().orElseThrow().commands())
                .containsExactly("sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
    }

    @Test
    void shouldNameTimestampsThatAreOff() {
        patient.host.sysctl("net.ipv4.tcp_timestamps", "0");
        patient.write("etc/sysctl.conf", "# hardening\nnet.ipv4.tcp_timestamps = 0\n");

        assertThat(keys(patient.findings())).containsExactly("timestamps");
        Finding finding = only("timestamps");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);

        patient.apply(finding);
        assertThat(patient.findings()).isEmpty();
        assertThat(files.resolve("etc/sysctl.conf")).hasContent("# hardening\nnet.ipv4.tcp_timestamps = 1");
    }

    @Test
    void shouldNotPromiseAContainerThatAFileLasts() {
        patient.host.sysctl("net.ipv4.tcp_timestamps", "0");

        List<Finding> findings = patient.findingsInContainer();

        assertThat(keys(findings)).containsExactly("timestamps");
        Fix fix = findings.getFirst().fix().orElseThrow();
        assertThat(fix.permanent()).isEmpty();
        assertThat(fix.advice())
                .contains("docker run --sysctl net.ipv4.tcp_timestamps='1'")
                .contains("securityContext.sysctls");
        patient.apply(findings.getFirst());
        assertThat(patient.findingsInContainer()).isEmpty();
    }

    @Test
    void shouldNameALimitOfTimeWaitThatIsNearlyReached() {
        patient.host.sysctl("net.ipv4.tcp_max_tw_buckets", "100");
        patient.makeTimeWait(Server.FIRST, 95);

        assertThat(keys(patient.findings())).containsExactly("tw-buckets");
        Finding finding = only("tw-buckets");
        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.evidence().getFirst()).contains("95 of 100 (95 %)").contains("95 of outgoing");

        patient.apply(finding);
        assertThat(patient.findings()).isEmpty();
    }

    @Test
    void shouldNameASmallLimitOfTimeWaitBeforeItIsReached() {
        patient.host.sysctl("net.ipv4.tcp_max_tw_buckets", "5000");
        patient.write("etc/sysctl.d/50-old.conf", "net.ipv4.tcp_max_tw_buckets=5000\n");

        Finding finding = only("tw-buckets");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title()).contains("smaller than the ports of one destination");

        patient.apply(finding);
        assertThat(patient.findings()).isEmpty();
        assertThat(files.resolve("etc/sysctl.d/50-old.conf")).hasContent("net.ipv4.tcp_max_tw_buckets = 131072");
    }

    @Test
    void shouldNameTimeWaitThatIsDropped() {
        patient.host.sysctl("net.ipv4.tcp_max_tw_buckets", "10");
        patient.makeTimeWait(Server.FIRST, 10);
        patient.look();
        patient.closeWithoutTimeWait(Server.FIRST, 20);

        Finding finding = only("tw-overflow");
        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.evidence()).anyMatch(line -> line.contains("it grew by"));

        patient.apply(finding);
        patient.look();
        assertThat(patient.findings()).noneMatch(now -> now.isAtLeast(Severity.WARNING));
    }

    @Test
    void shouldNameEqualParityAtBothEndsOfTheRange() {
        patient.host.sysctl("net.ipv4.ip_local_port_range", "1025 65535");
        patient.connect(Server.FIRST, 50);
        patient.connect(Server.SECOND, 50);

        assertThat(keys(patient.findings())).containsExactly("range-parity");
        Finding finding = only("range-parity");
        assertThat(finding.evidence().getFirst()).contains("1025 65535, both odd");

        patient.apply(finding);
        assertThat(patient.findings()).isEmpty();
        assertThat(files.resolve("etc/sysctl.d/99-zz-tidewait.conf"))
                .hasContent("net.ipv4.ip_local_port_range = 1025 65534");
    }

    @Test
    void shouldNameANarrowRangeAndReserveServicesInTheWiderOne() throws IOException {
        patient.host.sysctl("net.ipv4.ip_local_port_range", "50000 50999");
        try (ServerSocket service = patient.host.call(() -> listen("0.0.0.0", 40_000))) {
            assertThat(service.isBound()).isTrue();
            assertThat(keys(patient.findings())).containsExactly("narrow-range");
            Finding finding = only("narrow-range");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.title()).contains("only 1,000 ports");

            patient.apply(finding);
            assertThat(patient.findings()).isEmpty();
        }
    }

    @Test
    void shouldNameAServiceThatListensInsideTheRange() throws IOException {
        try (ServerSocket service = patient.host.call(() -> listen("0.0.0.0", 40_000))) {
            assertThat(service.isBound()).isTrue();
            assertThat(keys(patient.findings())).containsExactly("listening-in-range");
            Finding finding = only("listening-in-range");
            assertThat(finding.severity()).isEqualTo(Severity.NOTE); // few ports are taken
            assertThat(finding.evidence().getFirst()).contains("in 32768-60999: 40000 (uid 0)");

            patient.host.sysctl("net.ipv4.ip_local_reserved_ports", "50000");
            patient.apply(only("listening-in-range"));
            assertThat(patient.findings()).isEmpty();
            assertThat(files.resolve("etc/sysctl.d/99-zz-tidewait.conf"))
                    .hasContent("net.ipv4.ip_local_reserved_ports = 40000,50000");
        }
    }

    @Test
    void shouldOnlyNoteAServiceOnLoopbackInsideTheRange() throws IOException {
        try (ServerSocket service = patient.host.call(() -> listen("127.0.0.1", 40_000))) {
            assertThat(service.isBound()).isTrue();
            assertThat(only("listening-in-range").severity()).isEqualTo(Severity.NOTE);
        }
    }

    @Test
    void shouldNameProgramsThatBindBeforeTheyConnect() {
        patient.connectAfterBind(Server.FIRST, 40);
        patient.connectAfterBind(Server.SECOND, 40);

        assertThat(keys(patient.findings())).containsExactly("early-bind");
        Finding finding = only("early-bind");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.evidence().getFirst()).contains("80 connections to 2 destinations on 80 different ports");
        assertThat(finding.evidence().getLast())
                .contains("pid " + ProcessHandle.current().pid());

        patient.resetAll(); // the fix is another program: one that leaves the choice to connect()
        patient.connect(Server.FIRST, 40);
        patient.connect(Server.SECOND, 40);
        assertThat(patient.findings()).isEmpty();
    }

    @Test
    void shouldNameShortConnectionsThatKeepAliveWouldReplace() {
        patient.look();
        patient.makeTimeWait(Server.FIRST, 3_000);

        assertThat(keys(patient.findings())).containsExactly("keep-alive");
        Finding finding = only("keep-alive");
        assertThat(finding.title()).contains(Patient.SERVER + ":" + Server.FIRST);
        assertThat(finding.evidence().getFirst()).contains("3,000 TIME_WAIT on 28,232 ports");
        assertThat(finding.fix().orElseThrow().advice()).contains("keep its connections open");

        patient.endTimeWait(); // the fix is another program: one that keeps its connections
        patient.connect(Server.FIRST, 50);
        assertThat(patient.findings()).isEmpty();
    }

    @Test
    void shouldNameConnectsThatFail() {
        patient.look();
        patient.connectInVain(30);

        List<Finding> findings = patient.findings();
        assertThat(keys(findings)).containsExactly("failed-connects");
        assertThat(findings.getFirst().evidence().getFirst()).contains("30 connects, 30 failed");
    }

    @Test
    void shouldNameAProgramWithoutFileDescriptors() throws IOException {
        Process program = patient.host.call(() -> new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -Sn 40; for i in $(seq 10 39); do eval \"exec $i</dev/null\"; done;"
                                + " for i in 3 4 5 6 7 8 9; do eval \"exec $i</dev/null\"; done; echo ready; read -r end")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        try (BufferedReader output = program.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            List<Finding> findings = patient.findings(patient.report(), List.of((int) program.pid()));
            assertThat(keys(findings)).containsExactly("open-files");
            assertThat(findings.getFirst().title()).contains("bash (pid " + program.pid() + ")");
            assertThat(findings.getFirst().severity()).isEqualTo(Severity.TROUBLE);

            patient.apply(findings.getFirst());
            assertThat(patient.findings(patient.report(), List.of((int) program.pid())))
                    .isEmpty();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void shouldNameFinTimeoutAgainstTimeWait() {
        patient.host.sysctl("net.ipv4.tcp_fin_timeout", "15");
        patient.write("etc/sysctl.conf", "net.ipv4.tcp_fin_timeout = 15\nnet.ipv4.tcp_syncookies = 1\n");

        assertThat(keys(patient.findings())).containsExactly("fin-timeout");
        Finding finding = only("fin-timeout");
        assertThat(finding.evidence())
                .contains("net.ipv4.tcp_fin_timeout is 15")
                .anyMatch(line -> line.endsWith("sysctl.conf:1: net.ipv4.tcp_fin_timeout = 15"));

        patient.apply(finding);
        assertThat(patient.findings()).isEmpty();
        assertThat(files.resolve("etc/sysctl.conf"))
                .hasContent("# net.ipv4.tcp_fin_timeout = 15\nnet.ipv4.tcp_syncookies = 1");
    }

    @Test
    void shouldNameRecycleThatIsGone() {
        patient.write("etc/sysctl.d/90-tuning.conf", "net.ipv4.tcp_tw_recycle=1\n");

        assertThat(keys(patient.findings())).containsExactly("tw-recycle");
        String atBoot = "sysctl -p " + files.resolve("etc/sysctl.d/90-tuning.conf");
        assertThatThrownBy(() -> patient.host.shell(atBoot)).hasMessageContaining("tcp_tw_recycle");

        patient.apply(only("tw-recycle"));
        assertThat(patient.findings()).isEmpty();
        patient.host.shell(atBoot);
    }

    @Test
    void shouldNameARangeOfIpv6InTheFileOfAPackage() {
        patient.write(
                "usr/lib/sysctl.d/50-vendor.conf",
                "# by a vendor\nnet/ipv6/ip_local_port_range = 1024 65535\n-net.ipv6.ip_local_port_range = 2000 65000\n");

        assertThat(keys(patient.findings())).containsExactly("ipv6-port-range");
        patient.apply(only("ipv6-port-range"));
        assertThat(patient.findings()).isEmpty();
        assertThat(files.resolve("usr/lib/sysctl.d/50-vendor.conf")).content().contains("\nnet/ipv6");
    }

    private Finding only(String key) {
        List<Finding> found = patient.findings().stream()
                .filter(finding -> finding.key().equals(key))
                .toList();
        assertThat(found).as(key).hasSize(1);
        return found.getFirst();
    }

    private void assertGone(String key) {
        assertThat(keys(patient.findings())).doesNotContain(key);
    }

    private static List<String> keys(List<Finding> findings) {
        return findings.stream().map(Finding::key).toList();
    }

    private static ServerSocket listen(String address, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(address, port));
        return listener;
    }
}

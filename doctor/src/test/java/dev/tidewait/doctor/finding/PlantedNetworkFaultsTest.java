package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.linux.fixture.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of what stands between hosts, one at a time in real network namespaces: connection tracking, NAT, and timestamps behind it. */
final class PlantedNetworkFaultsTest {
    private static final String TRACKED = "net.netfilter.nf_conntrack_max";
    private static final String CLOSED_SECONDS = "net.netfilter.nf_conntrack_tcp_timeout_time_wait";
    private static final int HOSTS_PORTS = 60;

    /** Entries that fill more of a larger table would cost much memory and time. */
    private static final long LARGEST_TABLE = 600_000;

    @TempDir
    private Path files;

    private Patient patient;

    @BeforeEach
    void start() {
        patient = new Patient(files);
        patient.write("etc/modules-load.d/README", "not read\n");
    }

    @AfterEach
    void stop() {
        patient.close();
    }

    /** The limit counts in each network namespace for itself, but is set in the initial one only (Linux 6.18). */
    @Test
    void shouldNameAConnectionTrackingTableThatIsNearlyFull() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/net/core/dev_weight")),
                "needs the initial network namespace, which alone sets " + TRACKED);
        // The rule loads the module, without which there is no such setting.
        patient.host.shell(
                "nft 'add table inet watch; add chain inet watch leave { type filter hook output priority filter; };"
                        + " add rule inet watch leave ct state new counter'");
        long max = Sysctl.readLong(TRACKED);
        assumeTrue(max <= LARGEST_TABLE, TRACKED + " is " + max + ", which is too large to fill");
        patient.sendDatagrams((int) (0.8 * max));

        List<Finding> findings = patient.findingsInContainer();
        assertThat(keys(findings)).containsExactly("conntrack");
        Finding finding = findings.getFirst();
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.evidence().getFirst()).endsWith("(80 %)");
        assertThat(patient.findings())
                .singleElement()
                .satisfies(onTheHost -> assertThat(onTheHost.fix().orElseThrow().commands())
                        .containsExactly("sysctl -w " + TRACKED + "='" + 2 * max + "'"));

        try {
            onTheMachine(inWords(finding, "sysctl -w [^ ]+"));
            assertThat(patient.findingsInContainer()).isEmpty();
        } finally {
            Sysctl.write(TRACKED, Long.toString(max));
        }
    }

    @Test
    void shouldNameANatThatKeepsThePortsOfClosedConnections() {
        patient.serve();
        try (Router router = new Router(patient.host)) {
            router.masquerade("");
            // Some from ports that were used before.
            router.connect(Router.FIRST_CLIENT, Server.CLOSES_FIRST, 4_500);
            router.connect(Router.SECOND_CLIENT, Server.CLOSES_FIRST, 4_500);

            List<Finding> findings = Await.until(() -> router.findings(files), found -> !found.isEmpty());
            assertThat(keys(findings)).containsExactly("nat-ports");
            Finding finding = findings.getFirst();
            assertThat(finding.severity()).isEqualTo(Severity.NOTE);
            assertThat(finding.title())
                    .contains("120 s after the close")
                    .endsWith("from " + Router.OUTSIDE + " to " + Router.PATIENT + ":" + Server.CLOSES_FIRST);
            assertThat(finding.evidence()).anyMatch(line -> line.contains("the ports carry 537/s new connections"));

            Fix fix = finding.fix().orElseThrow();
            fix.commands().forEach(router.host::shell);
            fix.permanent().forEach(router.host::shell);
            assertThat(router.findings(files)).isEmpty();
            assertThat(files.resolve("etc/sysctl.d/99-zz-tidewait.conf")).hasContent(CLOSED_SECONDS + " = 60");
            assertThat(files.resolve("etc/modules-load.d/tidewait.conf")).hasContent("nf_conntrack");
            // On a busy machine a connect may be given up.
            Await.until(
                    () -> {
                        router.connect(Router.SECOND_CLIENT, Server.CLOSES_FIRST, 1);
                        return secondsLeft(router.entries(), Router.SECOND_CLIENT);
                    },
                    left -> left <= 60);
        }
    }

    @Test
    void shouldNameOldTimestampsOfTwoHostsBehindOneAddress() {
        patient.serve();
        try (Router router = new Router(patient.host)) {
            // Few ports, and soon used again: what a small router at home does.
            router.masquerade("to :50000-" + (50_000 + HOSTS_PORTS - 1));
            for (String state : List.of("syn_sent", "close", "time_wait")) {
                router.host.sysctl("net.netfilter.nf_conntrack_tcp_timeout_" + state, "1");
            }
            assertThat(router.connect(Router.FIRST_CLIENT, Server.CLOSES_FIRST, HOSTS_PORTS))
                    .isGreaterThan(HOSTS_PORTS / 2);
            Await.until(router::entries, List::isEmpty);
            patient.look();
            router.connect(Router.SECOND_CLIENT, Server.CLOSES_FIRST, HOSTS_PORTS);
            // Where each pair of addresses has one offset, the second's may be higher than the first's; then the
            // first's is
            // lower now.
            Await.until(router::entries, List::isEmpty);
            router.connect(Router.FIRST_CLIENT, Server.CLOSES_FIRST, HOSTS_PORTS);

            List<Finding> findings = patient.findings();
            assertThat(keys(findings)).containsExactly("paws");
            assertThat(findings.getFirst().severity()).isEqualTo(Severity.WARNING);

            String remove = inWords(findings.getFirst(), "nft 'add [^']+'").replace("ADDRESS", Router.PATIENT);
            router.host.shell(remove);
            router.host.shell(remove);
            assertThat(router.rules()).as("run twice").containsOnlyOnce("reset tcp option timestamp");
            Await.until(router::entries, List::isEmpty);
            patient.look();
            assertThat(router.connect(Router.FIRST_CLIENT, Server.CLOSES_FIRST, HOSTS_PORTS))
                    .as("as many as have a higher sequence number by chance")
                    .isGreaterThan(HOSTS_PORTS / 6);
            assertThat(patient.findings()).isEmpty();

            router.host.shell(inWords(findings.getFirst(), "nft delete table inet tidewait"));
            assertThat(router.rules()).contains("masquerade").doesNotContain("tidewait");
        }
    }

    /** What the finding relies on where it does not call a NAT full of closed connections full. */
    @Test
    void shouldBeRightThatClosedConnectionsKeepNoPortFromOthersSinceLinux65() {
        patient.serve();
        try (Router router = new Router(patient.host)) {
            HostFacts facts = router.facts(files);
            assumeTrue(
                    facts.kernel().isAtLeast(6, 5),
                    "needs Linux 6.5; this is " + facts.kernel().release());
            // The patient, which has a TIME_WAIT of its own, goes by the sequence number too.
            patient.host.sysctl("net.ipv4.tcp_timestamps", "0");
            router.masquerade("to :50000-50029");
            assertThat(router.connect(Router.FIRST_CLIENT, Server.CLOSES_FIRST, 90))
                    .isGreaterThan(80);

            assertThat(router.entries()).hasSizeLessThanOrEqualTo(30);
            assertThat(router.facts(files).conntrack().orElseThrow().dropped()).hasValue(0);
        }
    }

    /** What the advice relies on where live connections hold the ports: it does not begin with a time-out. */
    @Test
    void shouldBeRightThatOnlyMoreAddressesHelpWhereLiveConnectionsHoldThePorts() {
        patient.serveKeeping();
        try (Router router = new Router(patient.host)) {
            router.translateTo("10.62.0.64:50000-50009");
            assertThat(router.connectAndKeep(Router.FIRST_CLIENT, Server.FIRST, 10))
                    .isEqualTo(10);
            assertThat(router.connectAndKeep(Router.FIRST_CLIENT, Server.FIRST, 1))
                    .isZero();

            router.host.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", "7440");
            assertThat(router.connectAndKeep(Router.FIRST_CLIENT, Server.FIRST, 1))
                    .isZero();

            router.translateTo("10.62.0.65-10.62.0.127:50000-50009");
            assertThat(router.connectAndKeep(Router.FIRST_CLIENT, Server.FIRST, 5))
                    .isEqualTo(5);
        }
    }

    /** Of that of a client's connections in TIME_WAIT which ends first. */
    private static int secondsLeft(List<String> entries, String client) {
        Pattern entry = Pattern.compile(" (\\d+) TIME_WAIT src=" + Pattern.quote(client) + " ");
        return entries.stream()
                .map(entry::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    /** A command in the words of the fix. */
    private static String inWords(Finding finding, String command) {
        String advice = finding.fix().orElseThrow().advice();
        Matcher found = Pattern.compile(command).matcher(advice);
        assertThat(found.find()).as(advice).isTrue();
        return found.group();
    }

    private static void onTheMachine(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(shell.waitFor()).as(command).isZero();
    }

    private static List<String> keys(List<Finding> findings) {
        return findings.stream().map(Finding::key).toList();
    }
}

package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.host.PlantedFiles;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NAT whose ports are few, here and on the way: more connections than a test should open. */
final class MadeUpNatTest {
    private static final int SAMPLE = 8_192;

    @TempDir
    private Path directory;

    private PlantedFiles files;

    @BeforeEach
    void plant() {
        files = new PlantedFiles(directory);
        files.proc("sys/net/netfilter/nf_conntrack_max", "262144\n");
        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "120\n");
        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_established", "432000\n");
    }

    @Test
    void shouldSayNothingWhileMostPortsAreFree() {
        mappings(6_000, "TIME_WAIT");

        assertThat(findings()).isEmpty();
    }

    @Test
    void shouldCallItTroubleWhenHardlyAPortIsLeft() {
        mappings(60_000, "ESTABLISHED");

        Finding finding = only();

        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.title())
                .isEqualTo("The NAT of this host has hardly a port left from 198.51.100.1 to 203.0.113.9:443");
        assertThat(finding.evidence().getFirst())
                .startsWith("60,000 of 64,512 ports are taken (60,000 of live connections, 0 of closed ones)");
        Fix fix = finding.fix().orElseThrow();
        assertThat(fix.commands()).as("none frees a port now").isEmpty();
        assertThat(fix.advice())
                .startsWith("More translated addresses have more ports")
                .contains("sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established='7440'")
                .contains("helps only from now on");
    }

    @Test
    void shouldWarnAtHalfOfThePorts() {
        mappings(33_000, "ESTABLISHED");

        assertThat(only().severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void shouldAdviseMoreAddressesWhereNoTimeCanBeShortened() {
        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_established", "7440\n");
        mappings(33_000, "ESTABLISHED");

        Fix fix = only().fix().orElseThrow();

        assertThat(fix.commands()).isEmpty();
        assertThat(fix.advice()).contains("snat to FIRST-LAST").doesNotContain("timeout_established");
    }

    @Test
    void shouldCountClosedConnectionsWhereTheKernelDoesNotTakeThemOver() {
        mappings(60_000, "TIME_WAIT");
        files.proc("sys/kernel/osrelease", "6.5.0\n");
        assertThat(only().severity()).as("taken over from 6.5 on").isEqualTo(Severity.NOTE);

        files.proc("sys/kernel/osrelease", "6.4.0\n");
        Finding finding = only();
        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.fix().orElseThrow().commands())
                .containsExactly("sysctl -w net.netfilter.nf_conntrack_tcp_timeout_time_wait='60'");
    }

    @Test
    void shouldNotNoteClosedConnectionsThatAreHeldNoLongerThanTimeWait() {
        mappings(10_000, "TIME_WAIT");
        assertThat(only().title())
                .startsWith("The NAT of this host keeps ports for 120 s after the close")
                .endsWith("from 198.51.100.1 to 203.0.113.9:443");

        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "60\n");
        assertThat(findings()).isEmpty();
    }

    @Test
    void shouldKnowThatAPrivateAddressIsTranslatedOnTheWay() {
        DestinationUse toPublic = from("10.1.2.3", MadeUp.timeWait("203.0.113.9", 1_200, MadeUp.NEVER));
        DestinationUse few = from("10.1.2.3", MadeUp.timeWait("203.0.113.8", 1_000, MadeUp.NEVER));
        DestinationUse inside = from("10.1.2.3", MadeUp.timeWait("172.31.0.9", 1_200, MadeUp.NEVER));
        DestinationUse unique = from("fd00::3", MadeUp.timeWait("2001:db8::9", 1_200, MadeUp.NEVER));

        assertThat(findings(MadeUp.destinations(few, inside))).isEmpty();
        Finding finding = findings(MadeUp.destinations(few, inside, toPublic)).getFirst();
        assertThat(finding.key()).isEqualTo("nat-on-the-way");
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.title())
                .isEqualTo("A NAT on the way from 10.1.2.3 to 203.0.113.9:443 may have fewer ports than this host");
        assertThat(finding.evidence())
                .anyMatch(line -> line.startsWith("more than the 64 ports of Google Cloud NAT"))
                .anyMatch(line -> line.startsWith("more than the 1,024 ports of Azure"))
                .noneMatch(line -> line.contains("AWS"));
        assertThat(findings(MadeUp.destinations(unique))).hasSize(1);
    }

    private static DestinationUse from(String source, DestinationUse use) {
        return new DestinationUse(
                IpAddress.of(InetAddress.ofLiteral(source)),
                use.destination(),
                use.counts(),
                use.usable(),
                use.inUse(),
                use.reusable(),
                use.firstParityInUse(),
                use.ages(),
                use.flow(),
                use.exhaustion(),
                use.owners(),
                use.countedBy(),
                use.ledger());
    }

    /** All to one destination; more than a sample are only counted. */
    private void mappings(int count, String state) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < Math.min(SAMPLE, count); i++) {
            int port = 1_024 + i;
            lines.append("ipv4     2 tcp      6 60 " + state + " src=10.0.0.7 dst=203.0.113.9 sport=" + port
                    + " dport=443 src=203.0.113.9 dst=198.51.100.1 sport=443 dport=" + port
                    + " [ASSURED] mark=0 use=1\n");
        }
        files.proc("thread-self/net/nf_conntrack", lines.toString());
        files.proc("sys/net/netfilter/nf_conntrack_count", count + "\n");
    }

    private Finding only() {
        assertThat(findings()).hasSize(1);
        return findings().getFirst();
    }

    private List<Finding> findings() {
        return findings(MadeUp.quiet());
    }

    private List<Finding> findings(CensusReport report) {
        return Checks.look(files.facts(), report).stream()
                .filter(finding -> finding.isAtLeast(Severity.NOTE))
                .toList();
    }
}

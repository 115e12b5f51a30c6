package dev.tidewait.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the entries of the connection tracking table say about NAT. */
final class NatLookTest {
    private static final String MASQUERADED =
            "ipv4     2 tcp      6 %d %s src=10.0.0.%d dst=203.0.113.9 sport=%d dport=443 packets=6 bytes=400 src=203.0.113.9 dst=198.51.100.1"
                    + " sport=443 dport=%d packets=5 bytes=300 [ASSURED] mark=0 zone=0 use=2\n";

    @TempDir
    private Path directory;

    private PlantedFiles files;

    @BeforeEach
    void plant() {
        files = new PlantedFiles(directory);
        files.proc("sys/net/netfilter/nf_conntrack_max", "262144\n");
    }

    @Test
    void shouldTellTranslatedConnectionsByTheirAnswers() {
        entries(
                MASQUERADED.formatted(117, "TIME_WAIT", 7, 40_000, 40_000)
                        + MASQUERADED.formatted(431_999, "ESTABLISHED", 8, 40_000, 1_024)
                        + MASQUERADED.formatted(9, "CLOSE", 8, 40_001, 40_001)
                        + MASQUERADED.formatted(55, "CLOSE_WAIT", 8, 40_002, 40_002)
                        // Not yet answered, and only its port is another one.
                        + "ipv4     2 tcp      6 118 SYN_SENT src=198.51.100.1 dst=203.0.113.8 sport=50000 dport=80 [UNREPLIED]"
                        + " src=203.0.113.8 dst=198.51.100.1 sport=80 dport=1025 mark=0 use=1\n"
                        // Hardware has taken it over: without time and state.
                        + "ipv6     10 tcp      6 src=fd00:0000:0000:0000:0000:0000:0000:0007 dst=2001:0db8:0000:0000:0000:0000:0000:0009"
                        + " sport=40000 dport=443 src=2001:0db8:0000:0000:0000:0000:0000:0009 dst=2001:0db8:0000:0000:0000:0000:0000:0001"
                        + " sport=443 dport=40000 [OFFLOAD] mark=0 use=3\n",
                6);

        SourceNat nat = nat();

        assertThat(nat.mappingCount()).isEqualTo(6);
        assertThat(nat.ways())
                .extracting(
                        way -> way.translated().toString(),
                        way -> way.destination().toString(),
                        NatWay::mappingCount,
                        NatWay::closedCount)
                .startsWith(tuple("198.51.100.1", "203.0.113.9:443", 4L, 2L))
                .contains(
                        tuple("198.51.100.1", "203.0.113.8:80", 1L, 0L),
                        tuple("2001:db8:0:0:0:0:0:1", "[2001:db8:0:0:0:0:0:9]:443", 1L, 0L));
    }

    @Test
    void shouldLeaveOutWhatHasItsOwnSource() {
        entries(
                "ipv4     2 tcp      6 117 TIME_WAIT src=10.0.0.7 dst=203.0.113.9 sport=40000 dport=443 src=203.0.113.9 dst=10.0.0.7 sport=443"
                        + " dport=40000 [ASSURED] mark=0 use=1\n"
                        // Another destination: a forwarded port, or a balancer.
                        + "ipv4     2 tcp      6 117 TIME_WAIT src=10.0.0.7 dst=203.0.113.9 sport=40001 dport=443 src=10.0.0.8 dst=10.0.0.7 sport=8443"
                        + " dport=40001 [ASSURED] mark=0 use=1\n"
                        + "ipv4     2 udp      17 17 src=10.0.0.7 dst=203.0.113.53 sport=40000 dport=53 src=203.0.113.53 dst=198.51.100.1 sport=53"
                        + " dport=40000 mark=0 use=1\n"
                        + "ipv4     2 icmp     1 17 src=10.0.0.7 dst=203.0.113.53 type=8 code=0 id=7 src=203.0.113.53 dst=198.51.100.1 type=0"
                        + " code=0 id=7 mark=0 use=1\n",
                4);

        assertThat(nat()).isEqualTo(SourceNat.NONE);
    }

    @Test
    void shouldScaleUpWhereOnlyAPartIsRead() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < NatLook.MOST_READ; i++) {
            lines.append(MASQUERADED.formatted(60, i % 4 == 0 ? "TIME_WAIT" : "ESTABLISHED", 7, 1_024 + i, 1_024 + i));
        }
        entries(lines + "never read\n", 4 * NatLook.MOST_READ);

        assertThat(nat().ways().getFirst().mappingCount()).isEqualTo(4 * NatLook.MOST_READ);
        assertThat(nat().ways().getFirst().closedCount()).isEqualTo(NatLook.MOST_READ);
    }

    @Test
    void shouldSayWhoSeesTheEntries() {
        files.proc("sys/net/netfilter/nf_conntrack_count", "5\n");

        HostFacts facts = files.facts();

        assertThat(facts.conntrack().orElseThrow().nat()).isEmpty();
        assertThat(facts.unseen())
                .extracting(Unseen::toString)
                .singleElement()
                .asString()
                .startsWith("addresses that this host translates (NAT): there is no ");
    }

    @Test
    void shouldAddUpWhatTheCpusHaveDropped() {
        files.proc("sys/net/netfilter/nf_conntrack_count", "0\n");
        files.proc("thread-self/net/stat/nf_conntrack", """
                entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error
                00000005  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 0000000a 00000000 0
                00000005  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000010 00000000 0
                """);

        assertThat(files.facts().conntrack().orElseThrow().dropped()).hasValue(26);
    }

    private void entries(String lines, int count) {
        files.proc("thread-self/net/nf_conntrack", lines);
        files.proc("sys/net/netfilter/nf_conntrack_count", count + "\n");
    }

    private SourceNat nat() {
        return files.facts().conntrack().flatMap(Conntrack::nat).orElseThrow();
    }
}

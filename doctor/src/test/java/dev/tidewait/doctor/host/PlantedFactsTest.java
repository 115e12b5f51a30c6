package dev.tidewait.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidewait.doctor.host.Feature.Presence;
import dev.tidewait.linux.Capability;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are not at hand: other kernels, missing files, conntrack, sysctl files. */
final class PlantedFactsTest {
    @TempDir
    private Path directory;

    private PlantedFiles files;

    @BeforeEach
    void plant() {
        files = new PlantedFiles(directory);
    }

    @Test
    void shouldReadAnOrdinaryHostWithoutAnythingUnseen() {
        HostFacts facts = files.facts();

        assertThat(facts.unseen()).isEmpty();
        assertThat(facts.kernel().major()).isEqualTo(6);
        assertThat(facts.kernel().minor()).isEqualTo(1);
        assertThat(facts.ports().range().portCount()).isEqualTo(28_232);
        assertThat(facts.ports().firstParityCount()).isEqualTo(14_116);
        assertThat(facts.timeWait().twReuse()).hasValue(2);
        assertThat(facts.timeWait().maxBuckets()).hasValue(131_072);
        assertThat(facts.files().max()).hasValue(2_466_170);
        assertThat(facts.conntrack()).isEmpty();
        assertThat(facts.rights().missing()).isEmpty();
        assertThat(facts.features().destroy().presence()).isEqualTo(Presence.YES);
        assertThat(facts.features().hook().presence()).isEqualTo(Presence.YES);
        assertThat(facts.features().reuseDelay().presence()).isEqualTo(Presence.NO);
        assertThat(facts.features().quickSearch().presence()).isEqualTo(Presence.NO);
    }

    @Test
    void shouldSayWhatAnOldKernelCannotDo() {
        files.proc("sys/kernel/osrelease", "5.15.0-91-generic\n");

        KernelFeatures features = files.facts().features();

        assertThat(features.destroy().presence()).isEqualTo(Presence.NO);
        assertThat(features.destroy().reason()).contains("Linux 6.0").contains("5.15.0-91-generic");
        assertThat(features.hook().presence()).isEqualTo(Presence.NO);
        assertThat(features.steal().presence()).isEqualTo(Presence.YES);
    }

    @Test
    void shouldKnowTheMarksOfNewKernels() {
        files.proc("sys/kernel/osrelease", "6.15.0\n");
        files.proc("sys/net/ipv4/tcp_tw_reuse_delay", "1000\n");

        KernelFeatures features = files.facts().features();

        assertThat(features.quickSearch().presence()).isEqualTo(Presence.YES);
        assertThat(features.reuseDelay().presence()).isEqualTo(Presence.YES);
        assertThat(features.destroy().presence())
                .as("the configuration of this release is nowhere")
                .isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void shouldSayThatDestroyIsNotBuiltIn() {
        files.file("boot/config-6.1.0-42-amd64", "# CONFIG_INET_DIAG_DESTROY is not set\nCONFIG_CGROUP_BPF=y\n");

        Feature destroy = files.facts().features().destroy();

        assertThat(destroy.presence()).isEqualTo(Presence.NO);
        assertThat(destroy.reason()).contains("CONFIG_INET_DIAG_DESTROY");
    }

    @Test
    void shouldSayWhichRightIsMissing() {
        files.proc("thread-self/status", "CapEff:\t0000000000000000\n");

        HostFacts facts = files.facts();

        assertThat(facts.rights().missing()).contains(Capability.NET_ADMIN, Capability.BPF);
        assertThat(facts.features().destroy().reason()).contains("needs CAP_NET_ADMIN");
        assertThat(facts.features().hook().reason()).contains("needs root");
    }

    @Test
    void shouldSayWhatTheHookLacks() {
        files.removeFile("sys/kernel/btf/vmlinux");
        assertThat(files.facts().features().hook().reason()).contains("BTF");

        files.file("sys/kernel/btf/vmlinux", "");
        files.proc("self/mountinfo", "30 24 0:26 / /sys/fs/cgroup rw - cgroup cgroup rw\n");
        assertThat(files.facts().features().hook().reason()).contains("cgroup v2");
    }

    @Test
    void shouldNotClaimStealWithoutTimestamps() {
        files.proc("sys/net/ipv4/tcp_timestamps", "0\n");

        assertThat(files.facts().features().steal().presence()).isEqualTo(Presence.NO);
    }

    @Test
    void shouldNoteWhatIsMissingWithTheReason() {
        files.removeProc("sys/net/ipv4/tcp_max_tw_buckets");
        files.proc("sys/net/ipv4/tcp_fin_timeout", "soon\n");
        files.proc("sys/net/ipv4/ip_local_port_range", "7\n");

        HostFacts facts = files.facts();

        assertThat(facts.timeWait().maxBuckets()).isEmpty();
        assertThat(facts.timeWait().finTimeoutSeconds()).isEmpty();
        assertThat(facts.ports().range().lowest()).isEqualTo(32_768);
        assertThat(facts.unseen())
                .extracting(Unseen::toString)
                .anyMatch(note -> note.startsWith("net.ipv4.tcp_max_tw_buckets: there is no "))
                .anyMatch(note -> note.equals("net.ipv4.tcp_fin_timeout: \"soon\" is not a whole number"))
                .anyMatch(note -> note.startsWith("net.ipv4.ip_local_port_range: \"7\" is not a range"))
                .hasSize(3);
    }

    @Test
    void shouldKnowTheInitialNamespaceByWhatOnlyItShows() {
        assertThat(files.facts().isInitialNamespace()).isTrue();

        files.removeProc("sys/net/core/dev_weight");
        assertThat(files.facts().isInitialNamespace()).isFalse();
    }

    @Test
    void shouldNotCountOpenFilesWithoutAnEnd() {
        files.proc("77/comm", "busy\n");
        files.proc("77/limits", "Max open files            1024                 4096                 files\n");
        for (int i = 0; i < 8; i++) {
            files.proc("77/fd/" + i, "");
        }
        ProcText text = new ProcText(files.roots());

        assertThat(new FileLook(text, 5).read(List.of(77)).programs())
                .containsExactly(new OpenFiles(77, "busy", OptionalLong.of(5), 1_024, 4_096));
        assertThat(text.unseen())
                .extracting(Unseen::toString)
                .containsExactly("all open files of busy (pid 77): it has 5 or more; counting stops there");
    }

    @Test
    void shouldReadConntrackWhereItIs() {
        files.proc("sys/net/netfilter/nf_conntrack_count", "250000\n");
        files.proc("sys/net/netfilter/nf_conntrack_max", "262144\n");
        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "120\n");

        Conntrack table = files.facts().conntrack().orElseThrow();
        assertThat(table.count()).isEqualTo(250_000);
        assertThat(table.max()).isEqualTo(262_144);
        assertThat(table.timeWaitSeconds()).hasValue(120);
        assertThat(table.dropped()).as("no counters").isEmpty();
        assertThat(table.nat()).as("no entries").isEmpty();
    }

    @Test
    void shouldSubtractReservedPortsFromTheUsableOnes() {
        files.proc("sys/net/ipv4/ip_local_reserved_ports", "40000-40999,50000,8080\n");

        assertThat(files.facts().ports().usableCount()).isEqualTo(28_232 - 1_001);
    }

    @Test
    void shouldReadSysctlFilesAsBootDoes() {
        files.file("etc/sysctl.d/10-a.conf", "# net.ipv4.tcp_tw_reuse = 9\n; a comment\n\nnet.ipv4.tcp_tw_reuse=0\n");
        files.file("usr/lib/sysctl.d/10-a.conf", "net.ipv4.tcp_tw_reuse = 8\n");
        files.file("usr/lib/sysctl.d/50-b.conf", "-net/ipv4/tcp_tw_reuse = 1\n");
        files.file("run/sysctl.d/20-c.conf", "net.ipv4.tcp_fin_timeout = 30\n");
        files.file("etc/sysctl.d/README", "net.ipv4.tcp_tw_reuse = 7\n");
        files.file("etc/sysctl.conf", "net.ipv4.ip_local_port_range = 1024 65535\n");

        HostFacts facts = files.facts();

        assertThat(facts.linesOf("net.ipv4.tcp_tw_reuse"))
                .extracting(SysctlLine::value, SysctlLine::lineNumber, SysctlLine::ofPackage)
                .containsExactly(tuple("0", 4, false), tuple("1", 1, true));
        assertThat(facts.sysctlLines())
                .extracting(SysctlLine::key)
                .containsExactly(
                        "net.ipv4.tcp_tw_reuse",
                        "net.ipv4.tcp_fin_timeout",
                        "net.ipv4.tcp_tw_reuse",
                        "net.ipv4.ip_local_port_range");
    }
}

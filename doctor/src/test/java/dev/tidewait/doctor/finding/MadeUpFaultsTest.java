package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.BucketUse;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.CounterReading;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.SourceUse;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.ListeningPort;
import dev.tidewait.doctor.host.PlantedFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that a test cannot bring about on its own host. */
final class MadeUpFaultsTest {
    @TempDir
    private Path directory;

    private PlantedFiles files;

    @BeforeEach
    void plant() {
        files = new PlantedFiles(directory);
    }

    @Test
    void shouldSayNothingAboutAnOrdinaryHost() {
        assertThat(findings(MadeUp.quiet())).isEmpty();
        assertThat(Checks.look(files.facts(), MadeUp.quiet())).hasSizeGreaterThan(10);
    }

    @Test
    void shouldSayWhenADestinationWillRunOut() {
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 9_000, new Exhaustion.Foreseen(34));

        Finding finding = first("destination-exhaustion", MadeUp.destinations(use));

        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.title()).isEqualTo("The ports from 198.51.100.1 to 203.0.113.9:443 will be gone in 34 s");
        assertThat(finding.evidence())
                .contains(
                        "9,000 of 28,232 ports are taken (9,000 TIME_WAIT, 0 live); 19,232 can be used now",
                        "150/s new connections",
                        "live connections are held by nginx (pid 4711, 12 sockets)");
    }

    @Test
    void shouldNotTakeOneBurstForTheFuture() {
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 2_000, new Exhaustion.Foreseen(7));
        BucketUse buckets =
                new BucketUse(2_000, OptionalLong.of(131_072), 2_000, 0, 4_000, new Exhaustion.Foreseen(30));

        assertThat(findings(MadeUp.destinations(use))).isEmpty();
        assertThat(findings(MadeUp.buckets(buckets))).isEmpty();
    }

    @Test
    void shouldWarnMinutesBefore() {
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 9_000, new Exhaustion.Foreseen(400));

        assertThat(first("destination-exhaustion", MadeUp.destinations(use)).severity())
                .isEqualTo(Severity.WARNING);
        assertThat(findings(MadeUp.destinations(MadeUp.timeWait("203.0.113.9", 1_000, new Exhaustion.Foreseen(4_000)))))
                .isEmpty();
    }

    @Test
    void shouldWarnWhenEightOfTenPortsAreTakenEvenIfTheyWillDo() {
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 23_000, MadeUp.NEVER);

        assertThat(first("destination-exhaustion", MadeUp.destinations(use)).title())
                .isEqualTo("Few ports are left from 198.51.100.1 to 203.0.113.9:443");
    }

    @Test
    void shouldAdviseMorePortsWhereConnectionsStayOpen() {
        DestinationUse use = MadeUp.use("203.0.113.9", 28_232, 0, 14_116, new Exhaustion.Reached());

        Fix fix =
                first("destination-exhaustion", MadeUp.destinations(use)).fix().orElseThrow();

        assertThat(fix.commands()).containsExactly("sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
        assertThat(fix.change()).contains("64,512 ports instead of 28,232");
    }

    @Test
    void shouldNameTheWorstDestinationsAndCountTheOthers() {
        DestinationUse[] uses = new DestinationUse[8];
        for (int i = 0; i < uses.length; i++) {
            uses[i] = MadeUp.timeWait("203.0.113." + (i + 1), 28_232, new Exhaustion.Reached());
        }

        List<Finding> found = findings(MadeUp.destinations(uses)).stream()
                .filter(finding -> finding.key().equals("destination-exhaustion"))
                .toList();

        assertThat(found).hasSize(5);
        assertThat(found.getLast().evidence()).contains("3 more destinations are as near");
    }

    @Test
    void shouldNotAdviseTwReuseForLoopbackWhereTheDefaultReuses() {
        DestinationUse use = MadeUp.timeWait("127.0.0.1", 28_000, MadeUp.NEVER);

        assertThat(findings(MadeUp.destinations(use)))
                .noneMatch(finding -> finding.key().equals("tw-reuse"));
    }

    @Test
    void shouldNotFindTwReuseOnceItIsOn() {
        files.proc("sys/net/ipv4/tcp_tw_reuse", "1\n");
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 28_000, new Exhaustion.Reached());

        assertThat(findings(MadeUp.destinations(use)))
                .noneMatch(finding -> finding.key().equals("tw-reuse"));
    }

    @Test
    void shouldSayWhichPoolWouldCarryShortConnectionsAndHow() {
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 6_000, MadeUp.NEVER);

        Finding finding = first("keep-alive", MadeUp.destinations(use));

        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.title()).contains("about 20 open ones would carry them"); // 100/s x 0.2 s
        assertThat(finding.fix().orElseThrow().advice()).contains("nginx: keepalive 20;");
    }

    @Test
    void shouldKnowEarlyBindWhenBothParitiesAreInUse() {
        DestinationUse first = MadeUp.use("203.0.113.8", 10_000, 0, 3_000, MadeUp.NEVER);
        DestinationUse second = MadeUp.use("203.0.113.9", 10_000, 0, 3_000, MadeUp.NEVER);
        SourceUse alone = new SourceUse(MadeUp.SOURCE, 2, 20_000, 20_000, 6_000, MadeUp.USABLE);
        SourceUse shared = new SourceUse(MadeUp.SOURCE, 2, 20_000, 11_000, 6_000, MadeUp.USABLE);

        assertThat(first("early-bind", sources(alone, first, second)).severity())
                .isEqualTo(Severity.WARNING);
        assertThat(findings(sources(shared, first, second)))
                .noneMatch(finding -> finding.key().equals("early-bind"));
    }

    @Test
    void shouldNotTakeASmallDestinationOnThePortsOfALargeOneForEarlyBind() {
        DestinationUse large = MadeUp.use("203.0.113.8", 20_000, 0, 14_000, MadeUp.NEVER);
        DestinationUse small = MadeUp.use("203.0.113.9", 100, 0, 70, MadeUp.NEVER);
        SourceUse shared = new SourceUse(MadeUp.SOURCE, 2, 20_100, 20_000, 14_000, MadeUp.USABLE);
        SourceUse alone = new SourceUse(MadeUp.SOURCE, 2, 20_100, 20_100, 14_070, MadeUp.USABLE);

        assertThat(findings(sources(shared, large, small)))
                .noneMatch(finding -> finding.key().equals("early-bind"));
        assertThat(first("early-bind", sources(alone, large, small)).severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void shouldNotAdviseTwReuseWhereBindTookThePorts() {
        DestinationUse use = MadeUp.use("203.0.113.9", 0, 13_000, 0, new Exhaustion.Foreseen(30));

        Fix fix =
                first("destination-exhaustion", MadeUp.destinations(use)).fix().orElseThrow();

        assertThat(fix.commands()).containsExactly("sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
        assertThat(fix.advice()).contains("see early-bind");
        assertThat(fix.risk()).contains("UDP").contains("30000-32767");
        assertThat(findings(MadeUp.destinations(use)))
                .noneMatch(finding -> finding.key().equals("tw-reuse"));
    }

    @Test
    void shouldCallEarlyBindTroubleWhenThePortsOfTheSourceAreGone() {
        DestinationUse first = MadeUp.use("203.0.113.8", 14_000, 0, 5_000, MadeUp.NEVER);
        DestinationUse second = MadeUp.use("203.0.113.9", 14_000, 0, 5_000, MadeUp.NEVER);
        SourceUse source = new SourceUse(MadeUp.SOURCE, 2, 28_000, 28_000, 10_000, MadeUp.USABLE);

        assertThat(first("early-bind", sources(source, first, second)).severity())
                .isEqualTo(Severity.TROUBLE);
    }

    @Test
    void shouldNotTakeOneDestinationOnTheSecondParityForAFault() {
        DestinationUse use = MadeUp.use("203.0.113.8", 40, 0, 0, MadeUp.NEVER);
        SourceUse source = new SourceUse(MadeUp.SOURCE, 1, 40, 40, 0, MadeUp.USABLE);

        assertThat(findings(sources(source, use))).isEmpty();
    }

    @Test
    void shouldSayWhenTheLimitOfTimeWaitWillBeReached() {
        BucketUse use =
                new BucketUse(60_000, OptionalLong.of(131_072), 1_000, 59_000, 2_500, new Exhaustion.Foreseen(300));

        Finding finding = first("tw-buckets", MadeUp.buckets(use));

        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title()).isEqualTo("tcp_max_tw_buckets will be reached in 5 min");
        assertThat(finding.evidence().getFirst()).contains("59,000 of incoming ones");
        assertThat(finding.fix().orElseThrow().commands())
                .as("twice 2,500/s x 62 s = 155,000")
                .containsExactly("sysctl -w net.ipv4.tcp_max_tw_buckets='524288'");
    }

    @Test
    void shouldAdviseTwiceWhatTheLimitMustCarry() {
        BucketUse use = new BucketUse(95_000, OptionalLong.of(100_000), 95_000, 0, 2_000, new Exhaustion.Foreseen(5));

        Finding finding = first("tw-buckets", MadeUp.buckets(use));

        // 2,000/s x 62 s = 124,000
        assertThat(finding.fix().orElseThrow().commands())
                .containsExactly("sysctl -w net.ipv4.tcp_max_tw_buckets='262144'");
        assertThat(finding.evidence()).anyMatch(line -> line.startsWith("2,000/s become TIME_WAIT beyond those that"));
    }

    @Test
    void shouldNotPromiseMoreTimeWaitThanTheLimitCanBe() {
        BucketUse use =
                new BucketUse(1_900_000_000, OptionalLong.of(2_000_000_000), 0, 1_900_000_000, 10, MadeUp.NEVER);

        Fix fix = first("tw-buckets", MadeUp.buckets(use)).fix().orElseThrow();

        assertThat(fix.commands()).containsExactly("sysctl -w net.ipv4.tcp_max_tw_buckets='2147483647'");
        assertThat(fix.change()).startsWith("Up to 2,147,483,647 ");
    }

    @Test
    void shouldOnlyNoteTheSmallLimitOfASmallHost() {
        BucketUse use = new BucketUse(10, OptionalLong.of(4_096), 10, 0, 0.2, MadeUp.NEVER);

        assertThat(first("tw-buckets", MadeUp.buckets(use)).severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void shouldOnlyNoteAnOverflowOfLongAgo() {
        CounterReading counters = new CounterReading(
                Map.of(CounterReading.TIME_WAIT_OVERFLOW, 12L), Map.of(CounterReading.TIME_WAIT_OVERFLOW, 0L));

        Finding finding = first("tw-overflow", MadeUp.report(List.of(), List.of(), MadeUp.FEW_BUCKETS, counters));

        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void shouldNameSegmentsWithOldTimestamps() {
        Finding finding = first(
                "paws",
                MadeUp.growth(Map.of(
                        CounterReading.PAWS_ESTABLISHED, 40L,
                        CounterReading.PAWS_ACTIVE, 2L,
                        CounterReading.PAWS_TIME_WAIT, 1L)));

        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title()).startsWith("43 segments");
        assertThat(findings(MadeUp.growth(Map.of(CounterReading.PAWS_ESTABLISHED, 3L))))
                .isEmpty();
        assertThat(findings(MadeUp.growth(Map.of(CounterReading.PAWS_ESTABLISHED, 40L, "TcpInSegs", 50_000L))))
                .as("less than one in a thousand")
                .isEmpty();
        assertThat(findings(MadeUp.growth(Map.of(CounterReading.PAWS_ESTABLISHED, 40L, "TcpInSegs", 30_000L))))
                .hasSize(1);
    }

    @Test
    void shouldNameConnectsThatMeetSilence() {
        Finding finding = first(
                "failed-connects",
                MadeUp.growth(Map.of(CounterReading.ACTIVE_OPENS, 200L, CounterReading.SYN_RETRANSMITS, 30L), 12, 3));

        assertThat(finding.title()).isEqualTo("Many connects get no answer at first");
        assertThat(findings(MadeUp.growth(
                        Map.of(CounterReading.ACTIVE_OPENS, 2_000L, CounterReading.SYN_RETRANSMITS, 30L), 12, 3)))
                .isEmpty();
    }

    @Test
    void shouldNotBlameTheConnectsOfThisHostForTheHandshakesOfOthers() {
        Map<String, Long> scanned = Map.of(
                CounterReading.ACTIVE_OPENS,
                40L,
                CounterReading.FAILED_ATTEMPTS,
                200L,
                "TcpExtEmbryonicRsts",
                195L,
                CounterReading.SYN_RETRANSMITS,
                300L);
        Map<String, Long> noConnects = Map.of(
                CounterReading.ACTIVE_OPENS, 0L,
                CounterReading.FAILED_ATTEMPTS, 200L,
                CounterReading.SYN_RETRANSMITS, 300L);

        assertThat(findings(MadeUp.growth(scanned, 1, 80))).isEmpty();
        assertThat(findings(MadeUp.growth(noConnects, 1, 0))).isEmpty();
    }

    @Test
    void shouldStillNameConnectsThatFailAmongTheHandshakesOfOthers() {
        Map<String, Long> growth = Map.of(
                CounterReading.ACTIVE_OPENS, 100L, CounterReading.FAILED_ATTEMPTS, 260L, "TcpExtEmbryonicRsts", 200L);

        assertThat(first("failed-connects", MadeUp.growth(growth)).evidence().getFirst())
                .contains("100 connects, 60 failed");
    }

    @Test
    void shouldNameAFullConnectionTrackingTable() {
        files.proc("sys/net/netfilter/nf_conntrack_max", "262144\n");
        files.proc("sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "120\n");
        files.proc("sys/net/netfilter/nf_conntrack_count", "250000\n");

        Finding finding = first("conntrack", MadeUp.quiet());
        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.evidence())
                .containsExactly(
                        "250,000 of 262,144 (95 %)",
                        "closed connections stay 120 s (nf_conntrack_tcp_timeout_time_wait)");
        assertThat(finding.fix().orElseThrow().commands())
                .containsExactly("sysctl -w net.netfilter.nf_conntrack_max='524288'");
        assertThat(finding.fix().orElseThrow().permanent())
                .hasSize(2)
                .last(InstanceOfAssertFactories.STRING)
                .startsWith("echo nf_conntrack > ")
                .contains("etc/modules-load.d/tidewait.conf");

        files.proc("sys/net/netfilter/nf_conntrack_count", "200000\n");
        assertThat(first("conntrack", MadeUp.quiet()).severity()).isEqualTo(Severity.WARNING);
        files.proc("sys/net/netfilter/nf_conntrack_max", "524288\n");
        assertThat(findings(MadeUp.quiet())).isEmpty();
    }

    @Test
    void shouldSendAContainerToItsHostForTheConnectionTrackingTable() {
        files.proc("sys/net/netfilter/nf_conntrack_max", "262144\n");
        files.proc("sys/net/netfilter/nf_conntrack_count", "250000\n");
        files.removeProc("sys/net/core/dev_weight");

        Fix fix = first("conntrack", MadeUp.quiet()).fix().orElseThrow();

        assertThat(fix.commands()).isEmpty();
        assertThat(fix.permanent()).isEmpty();
        assertThat(fix.advice()).startsWith("On the host").contains("nf_conntrack_max='524288'");
    }

    @Test
    void shouldTellAContainerWhichOptionsWidenItsRange() {
        files.proc("sys/net/ipv4/ip_local_port_range", "50000\t50999\n");
        files.removeProc("sys/net/core/dev_weight");

        Fix fix = first("narrow-range", MadeUp.quiet()).fix().orElseThrow();

        assertThat(fix.commands()).containsExactly("sysctl -w net.ipv4.ip_local_port_range='32768 60999'");
        assertThat(fix.permanent()).isEmpty();
        assertThat(fix.advice()).contains("docker run --sysctl net.ipv4.ip_local_port_range='32768 60999'");
    }

    @Test
    void shouldOnlyNoteARangeNarrowedForTidewaitWhileItDoesNotRun() {
        files.proc("sys/net/ipv4/ip_local_port_range", "64000\t65535\n");

        Finding finding = first("narrow-range", MadeUp.quiet());

        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.title()).contains("only 1,536 ports").contains("while Tidewait does not run");
    }

    @Test
    void shouldWarnOfAServiceInTheRangeOnceItsPortsAreUsed() {
        HostFacts facts = files.facts(List.of(new ListeningPort(40_000, false, 0)));
        DestinationUse few = MadeUp.use("203.0.113.9", 1_000, 0, 500, MadeUp.NEVER);
        DestinationUse half = MadeUp.use("203.0.113.9", 15_000, 0, 14_000, MadeUp.NEVER);

        assertThat(severity("listening-in-range", facts, MadeUp.destinations(few)))
                .isEqualTo(Severity.NOTE);
        assertThat(severity("listening-in-range", facts, MadeUp.destinations(half)))
                .isEqualTo(Severity.WARNING);
    }

    @Test
    void shouldNameASystemWithoutFileDescriptors() {
        files.proc("sys/fs/file-nr", "95000\t0\t100000\n");

        Finding finding = first("open-files", MadeUp.quiet());

        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.fix().orElseThrow().commands()).containsExactly("sysctl -w fs.file-max='200000'");
    }

    @Test
    void shouldCallRecycleTroubleWhereTheKernelStillHasIt() {
        files.proc("sys/kernel/osrelease", "4.4.0-210-generic\n");
        files.proc("sys/net/ipv4/tcp_tw_recycle", "1\n");

        Finding finding = first("tw-recycle", MadeUp.quiet());

        assertThat(finding.severity()).isEqualTo(Severity.TROUBLE);
        assertThat(finding.fix().orElseThrow().commands()).containsExactly("sysctl -w net.ipv4.tcp_tw_recycle='0'");
    }

    @Test
    void shouldNotWidenTheRangeOverThePortsOfTidewait() {
        files.proc("sys/net/ipv4/ip_local_port_range", "64000\t65535\n");
        files.proc("thread-self/net/unix", "0000: 00000002 0 00010000 0001 01 23 @tidewait/ports/1024-2047\n");

        Finding finding = first("narrow-range", MadeUp.quiet());

        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.fix().orElseThrow().commands()).isEmpty();
    }

    @Test
    void shouldWidenFurtherWhereReservedPortsLeaveFew() {
        files.proc("sys/net/ipv4/ip_local_reserved_ports", "32768-59999\n");

        assertThat(first("narrow-range", MadeUp.quiet()).fix().orElseThrow().commands())
                .containsExactly("sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
    }

    @Test
    void shouldPutTheWorstFirst() {
        files.proc("sys/net/ipv4/ip_local_port_range", "1025\t65535\n");
        DestinationUse use = MadeUp.timeWait("203.0.113.9", 28_232, new Exhaustion.Reached());

        assertThat(Checks.look(files.facts(), MadeUp.destinations(use)))
                .extracting(Finding::severity)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void shouldSayNothingAboutWhatCannotBeSeen() {
        for (String name : List.of("tcp_tw_reuse", "tcp_timestamps", "tcp_max_tw_buckets")) {
            files.removeProc("sys/net/ipv4/" + name);
        }
        CensusReport report = MadeUp.buckets(new BucketUse(0, OptionalLong.empty(), 0, 0, 0, MadeUp.NEVER));

        assertThat(Checks.look(files.facts(), report))
                .extracting(Finding::key)
                .isNotEmpty()
                .doesNotContain("tw-reuse", "timestamps", "tw-buckets", "conntrack", "paws");
    }

    private static CensusReport sources(SourceUse source, DestinationUse... destinations) {
        return MadeUp.report(List.of(destinations), List.of(source), MadeUp.FEW_BUCKETS, CounterReading.NONE);
    }

    private static Severity severity(String key, HostFacts facts, CensusReport report) {
        return Checks.look(facts, report).stream()
                .filter(finding -> finding.key().equals(key))
                .map(Finding::severity)
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> findings(CensusReport report) {
        return Checks.look(files.facts(), report).stream()
                .filter(finding -> finding.isAtLeast(Severity.NOTE))
                .toList();
    }

    private Finding first(String key, CensusReport report) {
        return findings(report).stream()
                .filter(finding -> finding.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding " + key + " in " + findings(report)));
    }
}

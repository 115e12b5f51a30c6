package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.plan.Preset;
import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tidewait plan}: its command line and what it prints. */
class PlanCommandTest {
    private static String plan(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "plan";
        System.arraycopy(options, 0, arguments, 1, options.length);
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).isEmpty();
        return run.out();
    }

    /** 60 s and 32K ports make 500 new connections a second; how many do 30, 15 and 10 s make? (NANOG, 5 December 2012) */
    @Test
    void shouldGiveTheFourRowsOfTheMailingListWithOneCommand() {
        String out = plan("--ports", "32768", "--time-wait", "60s,30s,15s,10s");

        List<String> rows =
                out.lines().filter(line -> line.matches("[> ] [0-9]+ s .*")).toList();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0)).matches("> 60 s +546 +32,768 +16\\.8 MB +#+");
        assertThat(rows.get(1)).matches("  30 s +1,092 .*");
        assertThat(rows.get(2)).matches("  15 s +2,184 .*");
        assertThat(rows.get(3)).matches("  10 s +3,276 .*");
        assertThat(bars(rows)).containsExactly(7, 13, 27, 40);
        assertThat(out).contains("At most 546 new connections a second: 32,768 four-tuples ÷ 60 s.");
    }

    private static List<Integer> bars(List<String> rows) {
        return rows.stream()
                .map(row -> (int) row.chars().filter(symbol -> symbol == '#').count())
                .toList();
    }

    @Test
    void shouldGiveTheSameRowsAsCsv() {
        assertThat(plan("--ports", "32768", "--time-wait", "60s,30s,15s,10s", "--csv"))
                .isEqualTo("""
                        time_wait_ms,ports,sources,destinations,hold_ms,requests_per_connection,connections_per_second,requests_per_second,time_wait_sockets,kernel_bytes
                        60000,32768,1,1,0,1,546,546,32768,16777216
                        30000,32768,1,1,0,1,1092,1092,32768,16777216
                        15000,32768,1,1,0,1,2184,2184,32768,16777216
                        10000,32768,1,1,0,1,3276,3276,32768,16777216
                        """);
    }

    @Test
    void shouldSayWhatIsMissingForARate() {
        String out = plan("--ports", "28232", "--rate", "2000");

        assertThat(out)
                .contains(
                        "2,000 connections a second occupy 120,000 four-tuples of 28,232: not possible. At most 470 are.")
                .containsPattern("sources +5 instead of 1\n")
                .containsPattern("ports +not alone: 120,000 of each source, which has at most 64,512\n")
                .containsPattern("TIME_WAIT +at most 14\\.116 s instead of 60 s\n")
                .containsPattern("keep-alive +5 instead of 1 on each connection\n")
                .containsPattern("destinations +5 instead of 1\n")
                .contains("each of these four-tuples rests 14.116 s at this rate:", "above the floors of 1 s")
                .contains("28,232 sockets in TIME_WAIT, 14.5 MB.")
                .contains("| = 2,000 wanted");
    }

    /** What a reader does next: paste a printed command. Each must work, and the cures must cure. */
    @Test
    void shouldPrintCommandsThatWork() {
        String out = plan("--ports", "28232", "--rate", "2000", "--hold", "10ms");

        Matcher commands =
                Pattern.compile("(?m)^  \\./tidewait plan (.*?) +# (.*)$").matcher(out);
        List<String[]> cures = commands.results()
                .filter(found -> found.group(2).startsWith("with "))
                .map(found -> found.group(1).split(" "))
                .toList();
        assertThat(cures)
                .hasSize(3)
                .allSatisfy(options -> assertThat(plan(options)).contains(": possible."));
    }

    @Test
    void shouldNotProposeWhatItWouldRefuse() {
        String out = plan("--ports", "1", "--rate", "10000000");

        assertThat(out)
                .contains("not possible. At most 0.01 are.")
                .doesNotContain("--sources 6", "--reuse-per-connection 6", "--time-wait 0s")
                .contains("./tidewait plan --ports 1 --rate 10000000 --hold 100ms");
    }

    @Test
    void shouldTellThisHostsFiguresWithoutOptions() throws Exception {
        InNamespace.run(() -> {
            Sysctl.setIpLocalPortRange(new PortRange(40_000, 49_999));
            Sysctl.write("net.ipv4.ip_local_reserved_ports", "8080,40000-40099");
            Sysctl.write("net.ipv4.tcp_max_tw_buckets", "5000");

            String out = plan();
            assertThat(out)
                    .contains("this host: net.ipv4.ip_local_port_range 40000-49999, less 100 reserved")
                    .containsPattern("9,900 ports +this host")
                    .contains("At most 165 new connections a second: 9,900 four-tuples ÷ 60 s.")
                    .contains(
                            "9,900 sockets in TIME_WAIT are more than net.ipv4.tcp_max_tw_buckets of this host, 5,000")
                    // 64,512 less 10,000 of the range less 8080
                    .contains("54,511 (1024-8079,8081-39999,50000-65535)")
                    .containsPattern("\\./tidewait plan --rate 330 ");
            assertThat(plan("--json"))
                    .contains("\"maxTimeWaitBuckets\" : 5000", "\"value\" : 9900", "\"connectionsPerSecond\" : 165");
            return out;
        });
    }

    @Test
    void shouldNotProposePortsWhereTidewaitHasNone() throws Exception {
        InNamespace.run(() -> {
            Sysctl.setIpLocalPortRange(new PortRange(1_024, 65_535));

            String out = plan();
            assertThat(out)
                    .contains("leaves Tidewait no port of its own: narrow it")
                    .doesNotContain("none");
            return out;
        });
    }

    @Test
    void shouldCountRequestsWithKeepAlive() {
        assertThat(plan("--ports", "28232", "--reuse-per-connection", "10"))
                .contains("At most 4,705 requests a second on 470 new connections: 28,232 four-tuples ÷ 60 s.")
                .contains("requests/s");
    }

    @Test
    void shouldWriteTheWantedRateAsJson() {
        String out = plan("--ports", "1000", "--rate", "1001", "--hold", "1s", "--json");

        assertThat(out)
                .contains(
                        "\"possible\" : false",
                        "\"openConnections\" : 1001",
                        "\"sources\" : 62",
                        "\"ageAtReuseMillis\" : null",
                        "\"preset\" : null",
                        "\"maxTimeWaitBuckets\" : null",
                        "\"from\" : \"--hold\"",
                        "\"ports\" : 61061");
        assertThat(plan("--ports", "1000", "--rate", "2000", "--json"))
                .as("120,000 ports are more than an address has")
                .contains("\"ports\" : null");
    }

    @Test
    void shouldCountPortsThatAreNamed() {
        assertThat(plan("--ports", "1024-32767,61000-65535")).containsPattern("36,280 ports +--ports");
    }

    @Test
    void shouldKnowGateways() {
        String out = plan("--preset", "aws-nat-gateway", "--sources", "2", "--rate", "3000");

        assertThat(out)
                .startsWith("AWS NAT gateway\n55,000 ports")
                .contains("https://docs.aws.amazon.com/", "At most 1,833 new connections a second")
                .containsPattern("sources +4 instead of 2")
                .contains(", if the gateway lets you set it")
                .doesNotContain("elastic", "kernel", "with a shorter TIME_WAIT");
        assertThat(plan("--preset", "cgn", "--rate", "5000")).doesNotContain("destinations ");
    }

    @Test
    void shouldListThePresetsWithTheirSources() {
        String out = plan("--preset", "list");

        assertThat(Preset.values())
                .allSatisfy(preset -> assertThat(out)
                        .contains(
                                "\n    ports: " + preset.portsFrom() + "\n",
                                "\n    TIME_WAIT: " + preset.timeWaitFrom() + "\n"));
        assertThat(out).containsPattern("solaris +32,768 ports,  60 s:   546 connections/s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--ports|70000|the number of ports is 1 to 65535, not 70000",
                "--ports|x|'x' is neither a number of ports nor ports",
                "--time-wait|15|the unit is missing",
                "--hold|2h|the hold time in ms is 0 to 3600000",
                "--sources|0|the number of sources is 1 to 65536",
                "--rate|0|a rate is 1 to 10000000 a second",
                "--preset|beos|there is no preset 'beos'; 'tidewait plan --preset list' shows",
                "--preset|aws-nat-gatway|there is no preset 'aws-nat-gatway'; did you mean 'aws-nat-gateway'?",
                "--time-wait|0s|say how long a connection is open"
            })
    void shouldSayWhatIsWrongWithAValue(String option, String value, String expected) {
        CommandRun run = CommandRun.of("plan", option, value);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("tidewait plan: ", expected, "See 'tidewait plan --help'.");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldNotMultiplyPortsThatServeAllDestinations() {
        CommandRun run = CommandRun.of("plan", "--preset", "cgn", "--destinations", "2");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--destinations does not multiply the ports of preset 'cgn'");
    }

    @Test
    void shouldDescribeWhatIsWritten() throws IOException {
        String page = Files.readString(Path.of("../docs/plan.md"));
        assertThat(Preset.values())
                .allSatisfy(preset -> assertThat(page)
                        .contains("| `" + preset.word() + "` | " + String.format(Locale.ROOT, "%,d", preset.portCount())
                                + " | " + preset.timeWaitMillis() / 1000 + " s |"));
        String json = plan("--ports", "1000", "--rate", "1", "--json");
        assertThat(Pattern.compile("\"([a-zA-Z]+)\" :").matcher(json).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(field -> assertThat(page).contains("`" + field.group(1) + "`"));
        String csv = plan("--ports", "1000", "--csv").lines().findFirst().orElseThrow();
        assertThat(Arrays.stream(csv.split(",")).toList())
                .hasSize(10)
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    void shouldExplainItself() {
        String help = CommandRun.of("plan", "--help").out();

        assertThat(help)
                .contains("--rate", "--hold", "--ports", "--sources", "--time-wait", "--destinations", "--preset")
                .contains("--reuse-per-connection", "--json", "--csv", "Exit codes:")
                .contains("tidewait plan --ports 32768 --time-wait 60s,30s,15s,10s");
    }

    /** docs/safety.md: 10^-2 spurious copies, 10^-3 of them later than 5 s, a window of 1 MiB: about 2·10^-9 for each reuse. */
    @Test
    void shouldTellTheRiskOfEachLength() {
        String out = plan(
                "--ports", "28232", "--rate", "2000", "--risk", "--tail", "pareto:0.005:1", "--time-wait", "60s,5s");

        assertThat(out)
                .containsPattern("> 60 s +8\\.3e-07 +2\\.0e-10 +8\\.3e-03 +[0-9]")
                .containsPattern("  5 s +1\\.0e-05 +2\\.4e-09 +4\\.2e-01 +[0-9]")
                .contains("0.01 spurious copies in a connection, a window of 1,048,576 bytes")
                .contains("In a day: at 2,000 connections a second, the rate wanted, or the most that this length")
                .contains("./tidewait plan --ports 28232 --rate 2000 --risk --tail pareto:0.005:1 ")
                .doesNotContain("<=");
    }

    @Test
    void shouldSayWhereTheTailIsNotKnown() {
        assertThat(plan("--ports", "28232", "--risk"))
                .containsPattern("> 60 s +<= 1\\.0e-04 ")
                .containsPattern("  10 s +1\\.7e-04 ")
                .contains("<= : tail imc15-95 is known up to 15.0 s only");
        assertThat(plan("--ports", "28232")).doesNotContain("risks");
    }

    @Test
    void shouldTellTheRiskAsJson() {
        assertThat(plan("--ports", "28232", "--risk", "--tail", "pareto:0.005:1", "--json"))
                .containsPattern("\"risk\" *: *\\{")
                .contains("\"tail\" : \"pareto:0.005:1\"")
                .contains("\"acceptedPerDay\"");
        assertThat(plan("--ports", "28232", "--json")).doesNotContain("\"risk\"");
    }
}

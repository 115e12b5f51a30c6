package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.configuration.SourceBlock;
import dev.tidewait.hook.DestinationMatch;
import dev.tidewait.ports.Floors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class RuleOptionsTest {
    private static RuleOptions parse(String... arguments) {
        RuleOptions options = new RuleOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }

    @Test
    void shouldBeRightWithoutAnyOption() {
        RuleOptions options = parse();
        assertThat(options.ports().isAuto()).isTrue();
        assertThat(options.sources()).isEmpty();
        assertThat(options.destinations()).isEmpty();
        assertThat(FloorOption.floors(options.floors())).isEqualTo(Floors.DEFAULT);
        assertThat(options.strict()).isFalse();
        assertThat(options.force()).isFalse();
        assertThat(options.admin()).isEmpty();
        assertThat(options.report()).isEmpty();
    }

    @Test
    void shouldReadEveryOption() {
        RuleOptions options = parse(
                "--source=198.51.100.0/28,2001:db8::7",
                "--source=198.51.100.77",
                "--ports=20000-29999,40000",
                "--destination=203.0.113.0/24:443",
                "--destination=[2001:db8:1::]:80",
                "--strict",
                "--force",
                "--admin=127.0.0.1:8405",
                "--json",
                "--report=/tmp/report");
        assertThat(options.sources().stream().map(SourceBlock::toString))
                .containsExactly("198.51.100.0/28", "2001:db8::7/128", "198.51.100.77/32");
        assertThat(options.ports().ports().orElseThrow().size()).isEqualTo(10_001);
        assertThat(options.destinations())
                .containsExactly(
                        DestinationMatch.parse("203.0.113.0/24:443"), DestinationMatch.parse("[2001:db8:1::]:80"));
        assertThat(options.strict()).isTrue();
        assertThat(options.force()).isTrue();
        assertThat(options.admin())
                .hasValueSatisfying(address -> assertThat(address.getPort()).isEqualTo(8405));
        assertThat(options.json()).isTrue();
        assertThat(options.report()).hasToString("Optional[/tmp/report]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--floor=2s                     | 2000 | 5000  | 15000 | 5000  | 15000",
                "--floor=250ms                  | 250  | 5000  | 15000 | 5000  | 15000",
                "--floor=10s                    | 10000| 10000 | 15000 | 10000 | 15000",
                "--floor=sequence=1s            | 1000 | 1000  | 15000 | 5000  | 15000",
                "--floor=sequence=20s           | 1000 | 20000 | 20000 | 5000  | 15000",
                "--floor=10s,refused=1s         | 10000| 10000 | 15000 | 1000  | 15000",
                "--floor=unknown=6s,synTimeout=7s|1000 | 5000  | 6000  | 5000  | 7000"
            })
    void shouldLiftLowerRowsAndSetTheNamedOne(
            String option, long timestamps, long sequence, long unknown, long refused, long synTimeout) {
        assertThat(FloorOption.floors(parse(option.strip()).floors()))
                .isEqualTo(new Floors(timestamps, sequence, unknown, refused, synTimeout, 60_000, 0, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--floor=2               | the unit is missing; write 2s or 2ms",
                "--floor=1ms             | a floor is 2ms to 1h",
                "--floor=2h              | a floor is 2ms to 1h",
                "--floor=soon=2s         | 'soon' is none of timestamps, sequence, unknown, refused, synTimeout",
                "--ports=80              | ports below 1024 belong to services",
                "--ports=2000-1000       | 2000-1000",
                "--source=10.0.0.0/8     | it holds more than 4096 addresses",
                "--source=www.example.com| www.example.com",
                "--destination=example.com:443 | a destination is written like 203.0.113.0/24",
                "--admin=8405            | the port is missing; write address:port",
                "--admin=localhost:8405  | a listener needs an IP address, not a name"
            })
    void shouldSayWhatIsWrongWithAValue(String option, String message) {
        CommandRun run = CommandRun.of("run", option.strip(), "--", "true");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        String name = option.strip().substring(0, option.indexOf('='));
        assertThat(run.err()).contains("tidewait run: ", name, message, "See 'tidewait run --help'.");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldAskForACommand() {
        CommandRun run = CommandRun.of("run", "--strict");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("Missing required parameter", "COMMAND");
    }

    @Test
    void shouldShowExamplesAndExitCodes() {
        assertThat(CommandRun.of("run", "--help").out())
                .contains("tidewait run -- nginx -g 'daemon off;'", "125", "126", "127", "128+N", "--strict");
        assertThat(CommandRun.of("attach", "--help").out()).contains("tidewait attach --unit nginx", "--pid=N");
        assertThat(CommandRun.of("detach", "--help").out()).contains("tidewait detach --unit nginx");
    }
}

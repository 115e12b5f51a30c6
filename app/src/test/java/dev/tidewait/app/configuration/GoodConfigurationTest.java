package dev.tidewait.app.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.PortSettings;
import dev.tidewait.ports.Floors;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.names.NameService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are right, and no file at all. */
final class GoodConfigurationTest {
    private static final String FULL = """
            listeners:
              - { name: web, type: http-proxy, bind: 127.0.0.1:3128 }
              - { name: db,  type: tcp, bind: "[::1]:5432", upstream: postgres }
            sources: { addresses: [198.51.100.0/28], ports: "1024-32767,61000-65535", destinations: 500 }
            timeWait:
              floor: { timestamps: 1500ms, unknown: 20s }
              ceiling: 60s
            destinations:
              - { match: 203.0.113.0/24, timeWait: { fixed: 15s }, sources: { addresses: [198.51.100.7] } }
              - { match: "[2001:db8::/32]:443", timeWait: { peerIsLinux: true, floor: { sequence: 6s } } }
              - { match: 10.0.0.5:5432 }
            upstreams: { postgres: { balance: round-robin, servers: [10.0.0.5:5432, "db.example.net:5432"] } }
            access: { allow: [127.0.0.0/8, "::1"], deny-destinations: [loopback, link-local], connect-ports: [443, 8000-8099], socks-ports: [22] }
            timeouts: { connect: 10s, portWait: 0s, idle: 5m, halfClosed: 30s, drain: 1h }
            names: { service: system, servers: [192.0.2.53, "[2001:db8::53]:5353", 192.0.2.54:54], search: true, cache: 0, minTtl: 1s, maxTtl: 2s, negativeTtl: 0s, questions: 7 }
            admin: { bind: 127.0.0.1:9000 }
            accessLog: { file: /var/log/tidewait/access.log, format: combined, queries: true }
            threads: 2
            transport: io_uring
            dedicatedHost: true
            """;

    @Test
    void shouldServeHttpAndSocksOnLoopbackWithoutAFile() {
        Configuration configuration = ConfigurationFile.defaults();

        assertThat(configuration.listeners())
                .extracting(listener -> listener.type() + " on " + Addresses.text(listener.bind()))
                .containsExactly("http-proxy on 127.0.0.1:3128", "socks5 on 127.0.0.1:1080");
        assertThat(configuration.access().socksPorts()).hasToString("[80, 443]");
        assertThat(configuration.admin().orElseThrow().bind()).isEqualTo(address("127.0.0.1", 8404));
        assertThat(configuration.floors()).isEqualTo(Floors.DEFAULT);
        assertThat(configuration.sources().ports().isAuto()).isTrue();
        assertThat(configuration.sources().destinations()).isEqualTo(PortSettings.DEFAULT.mostDestinations());
        assertThat(configuration.accessLog()).as("access log").isEmpty();
        assertThat(configuration.threads()).isEmpty();
        assertThat(configuration.access().denyDestinations()).contains(DestinationClass.values());
    }

    @Test
    void shouldReadEveryKey() {
        Configuration configuration = good(FULL);

        assertThat(configuration.listeners().get(1).bind()).isEqualTo(address("::1", 5432));
        assertThat(configuration.sources().ports()).hasToString("1024-32767,61000-65535");
        assertThat(configuration.sources().destinations()).isEqualTo(500);
        assertThat(configuration.destinations().get(1).match()).hasToString("[2001:db8::/32]:443");
        assertThat(configuration.upstreams().values().iterator().next().servers())
                .hasToString("[10.0.0.5:5432, db.example.net:5432]");
        assertThat(configuration.access().connectPorts()).hasToString("[443, 8000-8099]");
        assertThat(configuration.access().socksPorts()).hasToString("[22]");
        assertThat(configuration.timeouts().drain()).isEqualTo(Duration.ofHours(1));
        assertThat(configuration.accessLog()).hasValueSatisfying(log -> {
            assertThat(log.file()).hasToString("/var/log/tidewait/access.log");
            assertThat(log.format()).isEqualTo(AccessLogFormat.COMBINED);
            assertThat(log.queries()).isTrue();
        });
        assertThat(configuration.names().servers()).hasToString("[192.0.2.53:53, [2001:db8::53]:5353, 192.0.2.54:54]");
        assertThat(configuration.names())
                .isEqualTo(new NamesSection(
                        NameService.SYSTEM,
                        configuration.names().servers(),
                        true,
                        0,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        7));
        assertThat(configuration.threads()).hasValue(2);
        assertThat(configuration.transport()).isEqualTo(TransportChoice.IO_URING);
        assertThat(configuration.dedicatedHost()).isTrue();
    }

    @Test
    void shouldInheritWhatADestinationDoesNotSay() {
        Configuration configuration = good(FULL);

        Floors fixed = configuration.floors(configuration.destinations().get(0));
        Floors linux = configuration.floors(configuration.destinations().get(1));

        assertThat(fixed).isEqualTo(new Floors(1_500, 5_000, 20_000, 5_000, 15_000, 15_000, 15_000, false));
        assertThat(linux).isEqualTo(new Floors(1_500, 6_000, 20_000, 5_000, 15_000, 60_000, 0, true));
    }

    @Test
    void shouldTakeOneWordForMeasuredFloors() {
        TimeWaitSection word = good("timeWait: { floor: measured, evidence: /a/../study.json }")
                .timeWait();
        assertThat(word)
                .isEqualTo(good("timeWait: { floor: { measured: true }, evidence: /study.json }")
                        .timeWait());
        assertThat(word.report()).contains(Path.of("/study.json"));
        assertThat(word.reportAge()).isEqualTo(Duration.ofDays(7));

        Configuration destinations = good("""
                timeWait: { floor: measured, evidence: /study.json, evidenceAge: 24h }
                destinations:
                  - { match: 10.0.0.1, timeWait: { floor: { measured: false } } }
                  - { match: 10.0.0.2, timeWait: { evidence: /other.json } }
                  - { match: 10.0.0.3, timeWait: { fixed: 3s } }
                  - { match: 10.0.0.4, timeWait: { floor: { unknown: 30s } } }
                  - { match: 10.0.0.5, timeWait: { floor: { sequence: 9s } } }
                  - { match: 10.0.0.6, timeWait: { floor: { sequence: 9s, measured: true } } }
                  - { match: 10.0.0.7, timeWait: { floor: { timestamps: 2s } } }
                """);
        assertThat(destinations.destinations())
                .extracting(one -> destinations.timeWait(one).report().toString())
                .containsExactly(
                        "Optional.empty",
                        "Optional[/other.json]",
                        "Optional.empty",
                        "Optional.empty",
                        "Optional.empty",
                        "Optional[/study.json]",
                        "Optional[/study.json]");
        assertThat(destinations.timeWait(destinations.destinations().get(1)).reportAge())
                .isEqualTo(Duration.ofDays(1));
    }

    @Test
    void shouldReadMatchesWithAndWithoutAPort() {
        Configuration configuration = good(FULL);
        DestinationMatch match = configuration.destinations().get(2).match();

        assertThat(match.matches(address("10.0.0.5", 5432))).isTrue();
        assertThat(match.matches(address("10.0.0.5", 5433))).isFalse();
        assertThat(configuration.destinations().get(0).match().matches(address("203.0.113.9", 1)))
                .isTrue();
    }

    @Test
    void shouldTurnTheAdminEndpointOff() {
        assertThat(good("admin: off").admin()).isEmpty();
        assertThat(good("admin: { bind: 0.0.0.0:1, allow-remote: true }").admin())
                .isPresent();
    }

    @Test
    void shouldExplainAFileThatCannotBeRead(@TempDir Path directory) throws Exception {
        Path latin = Files.write(directory.resolve("latin.yaml"), "name: café".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problem(directory.resolve("none.yaml"))).contains("none.yaml:1:1: there is no such file");
        assertThat(problem(directory)).contains("it is a directory");
        assertThat(problem(latin)).contains("it is not UTF-8 text");
    }

    private static String problem(Path file) {
        return ConfigurationFile.read(file) instanceof Loaded.Bad bad
                ? bad.problems().toString()
                : "none";
    }

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    private static Configuration good(String text) {
        return switch (ConfigurationFile.parse("f", text)) {
            case Loaded.Good good -> good.configuration();
            case Loaded.Bad bad -> throw new AssertionError(bad.problems().toString());
        };
    }
}

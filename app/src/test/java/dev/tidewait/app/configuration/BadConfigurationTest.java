package dev.tidewait.app.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tidewait.app.binding.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are wrong: each says where, what, and what to do. */
final class BadConfigurationTest {
    @ParameterizedTest(name = "{1}")
    @MethodSource("wrongFiles")
    void shouldSayWhereAndWhatIsWrong(String text, String expected) {
        assertThat(problems(text)).extracting(Problem::toString).containsExactly(expected);
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                // keys
                arguments("timewait: {}", "f:1:1: unknown key 'timewait'; did you mean 'timeWait'?"),
                arguments(
                        "timeouts:\n  conect: 10s\n",
                        "f:2:3: unknown key 'conect' in timeouts; did you mean 'connect'?"),
                arguments(
                        "timeouts: { half_closed: 10s }",
                        "f:1:13: unknown key 'half_closed' in timeouts; did you mean 'halfClosed'?"),
                arguments(
                        "access: { connectPorts: [443] }",
                        "f:1:11: unknown key 'connectPorts' in access; did you mean 'connect-ports'?"),
                arguments(
                        "timeWait: { floor: { time_stamp: 1s } }",
                        "f:1:22: unknown key 'time_stamp' in timeWait.floor; did you mean 'timestamps'?"),
                arguments(
                        "sources: { xyzzy: 1 }",
                        "f:1:12: unknown key 'xyzzy' in sources; possible: addresses, ports, destinations"),
                arguments(
                        "sources: { destinations: 0 }",
                        "f:1:26: sources.destinations: it is too small; the smallest value is 1"),
                arguments(
                        "threads: 2\nthreads: 3\n", "f:2:1: threads: it is written twice, first in line 1; remove one"),
                arguments("timeouts:\n", "f:1:10: timeouts: it has no value; write one, or remove the key"),
                arguments("[a]: 1", "f:1:1: a key must be a single word"),
                // kinds of values
                arguments(
                        "timeouts: { connect: 10 }",
                        "f:1:22: timeouts.connect: expected a duration such as 250ms, 15s, 5m or 1h, found '10': the unit is"
                                + " missing; write 10s or 10ms"),
                arguments(
                        "timeouts: { idle: 5min }",
                        "f:1:19: timeouts.idle: expected a duration such as 250ms, 15s, 5m or 1h, found '5min': the unit 'min'"
                                + " is none of ms, s, m, h"),
                arguments(
                        "timeouts: { idle: 1.5s }",
                        "f:1:19: timeouts.idle: expected a duration such as 250ms, 15s, 5m or 1h, found '1.5s': only whole"
                                + " numbers are possible; use a smaller unit"),
                arguments(
                        "timeouts: { connect: 0s }",
                        "f:1:22: timeouts.connect: it is too small; the smallest value is 1ms"),
                arguments(
                        "timeouts: { idle: 25h }", "f:1:19: timeouts.idle: it is too large; the largest value is 24h"),
                arguments(
                        "threads: many",
                        "f:1:10: threads: expected auto or a whole number such as 4, found 'many': it is not a whole number of"
                                + " at most nine digits"),
                arguments(
                        "accessLog: { file: access.log }",
                        "f:1:20: accessLog.file: expected stdout, stderr, or a file such as /var/log/tidewait/access.log, found"
                                + " 'access.log': a service has no directory of its own; write the whole path, beginning with /"),
                arguments("threads: 0", "f:1:10: threads: it is too small; the smallest value is 1"),
                arguments(
                        "dedicatedHost: yes",
                        "f:1:16: dedicatedHost: expected true or false, found 'yes': YAML 1.2 knows only these two words"),
                arguments(
                        "dedicatedHost: \"true\"",
                        "f:1:16: dedicatedHost: expected true or false, found text; remove the quotes"),
                arguments(
                        "transport: epol", "f:1:12: transport: expected one word, found 'epol'; did you mean 'epoll'?"),
                arguments("listeners: 3128", "f:1:12: listeners: expected a list; write [3128]"),
                arguments(
                        "timeouts: 10s",
                        "f:1:11: timeouts: expected keys, one of: connect, portWait, idle, halfClosed,"
                                + " drain, clientHeader, resolve, clientIdle, serverIdle, serverLifetime"),
                arguments(
                        "timeouts: { idle: [5m] }",
                        "f:1:19: timeouts.idle: expected a duration such as 250ms, 15s, 5m or 1h, found a list"),
                // floors that were measured
                arguments(
                        "timeWait: { floor: measurd }",
                        "f:1:20: timeWait.floor: expected 'measured', or keys, one of: timestamps, sequence, unknown, refused,"
                                + " synTimeout, measured"),
                arguments(
                        "timeWait: { floor: measured }",
                        "f:1:20: timeWait.floor: 'measured' needs 'evidence', the file that 'tidewait study --json' wrote, beside"
                                + " 'floor'"),
                arguments(
                        "timeWait: { floor: measured, evidence: study.json }",
                        "f:1:40: timeWait.evidence: expected a file such as /var/lib/tidewait/study.json, found 'study.json': a"
                                + " service has no directory of its own; write the whole path, beginning with /"),
                arguments(
                        "timeWait: { evidence: /study.json }",
                        "f:1:23: timeWait.evidence: it counts only with floor: measured; write that, or remove the key"),
                arguments(
                        "timeWait: { floor: { measured: true, sequence: 500ms }, evidence: /study.json }",
                        "f:1:20: timeWait.floor: a row of 500ms is below 1s, the least with 'measured'; raise it, or remove"
                                + " 'measured'"),
                arguments(
                        "timeWait: { floor: measured, fixed: 3s, evidence: /study.json }",
                        "f:1:20: timeWait.floor: 'fixed' already says floor and ceiling; remove one of the two"),
                arguments(
                        "timeWait: { floor: measured, evidence: /study.json, evidenceAge: 0s }",
                        "f:1:66: timeWait.evidenceAge: it is too small; the smallest value is 1s"),
                // addresses and ports
                arguments(
                        "admin: { bind: localhost:8404 }",
                        "f:1:16: admin.bind: expected an address and a port such as 127.0.0.1:3128, found 'localhost:8404': a"
                                + " listener needs an IP address, not a name"),
                arguments(
                        "admin: { bind: ':8404' }",
                        "f:1:16: admin.bind: expected an address and a port such as 127.0.0.1:3128, found ':8404': write"
                                + " 0.0.0.0:8404 for every IPv4 address, [::]:8404 for every address"),
                arguments(
                        "admin: { bind: 127.0.0.1 }",
                        "f:1:16: admin.bind: expected an address and a port such as 127.0.0.1:3128, found '127.0.0.1': the port"
                                + " is missing; write address:port, or [address]:port for IPv6"),
                arguments(
                        "admin: { bind: 0.0.0.0:8404 }",
                        "f:1:16: admin.bind: other hosts can reach 0.0.0.0, and the endpoint has no password; bind to"
                                + " 127.0.0.1, or write allow-remote: true"),
                arguments(
                        "names: { servers: [dns.test] }",
                        "f:1:20: names.servers[0]: expected auto, or a DNS server such as 192.0.2.53, found 'dns.test': a DNS server"
                                + " needs an IP address, not a name"),
                arguments(
                        "names: { servers: [auto, 192.0.2.53] }",
                        "f:1:19: names.servers: auto stands beside named servers; write either [auto] or the servers"),
                arguments(
                        "names: { minTtl: 10m }",
                        "f:1:18: names.minTtl: it is longer than names.maxTtl (5m); lower it, or raise the other"),
                arguments(
                        "sources: { ports: 1024-70000 }",
                        "f:1:19: sources.ports: expected auto, or ports such as 1024-32767,61000-65535, found '1024-70000': no"
                                + " valid port in '1024-70000'; give 1 to 65535"),
                arguments(
                        "sources: { ports: '2000-3000,2500-4000' }",
                        "f:1:19: sources.ports: expected auto, or ports such as 1024-32767,61000-65535, found"
                                + " '2000-3000,2500-4000': the ports 2500-3000 are named twice"),
                arguments(
                        "sources: { ports: 80-2000 }",
                        "f:1:19: sources.ports: expected auto, or ports such as 1024-32767,61000-65535, found '80-2000': ports"
                                + " below 1024 belong to services; begin at 1024"),
                arguments(
                        "sources: { addresses: [auto, 10.0.0.1] }",
                        "f:1:23: sources.addresses: auto stands beside named addresses; write either [auto] or the addresses"),
                arguments(
                        "access: { deny-destinations: [loopbak] }",
                        "f:1:31: access.deny-destinations[0]: expected a kind of address, found 'loopbak': it is none that is"
                                + " known; did you mean 'loopback'?"),
                arguments(
                        "access: { connect-ports: [443, 443] }",
                        "f:1:26: access.connect-ports: '443' is in the list twice; remove one"),
                arguments(
                        "access: { socks-ports: [] }",
                        "f:1:24: access.socks-ports: the list is empty; no request could be served; remove the key for 80"
                                + " and 443"),
                arguments(
                        "access: { socks-ports: [80, 80] }",
                        "f:1:24: access.socks-ports: '80' is in the list twice; remove one"),
                arguments(
                        "access: { allow: [] }",
                        "f:1:18: access.allow: the list is empty; nobody could connect; remove the"
                                + " key, or name addresses"),
                // what is planned
                arguments(
                        "listeners: [{ name: s, type: http, bind: 127.0.0.1:8080 }]",
                        "f:1:30: listeners[0].type: 'http' is not available in this version; possible: tcp, http-proxy,"
                                + " socks5"),
                arguments(
                        "upstreams: { a: { balance: least-connections, servers: [b:1] } }",
                        "f:1:28: upstreams.a.balance: 'least-connections' is not available in this version; possible:"
                                + " round-robin"),
                arguments(
                        "upstreams: { a: { servers: [b:1], check: { tcp: {} } } }",
                        "f:1:35: upstreams.a.check: not available in this version; remove the key"),
                // more than one key
                arguments(
                        "listeners:\n  - { name: db, type: tcp, bind: 127.0.0.1:1, upstream: postgers }\n"
                                + "upstreams: { postgres: { servers: [db:5432] } }",
                        "f:2:57: listeners[0].upstream: there is no 'postgers' under 'upstreams'; did you mean 'postgres'?"),
                arguments(
                        "listeners: [{ name: db, type: tcp, bind: 127.0.0.1:1 }]",
                        "f:1:13: listeners[0]: a listener of type tcp needs 'upstream', the name of a group under 'upstreams'"),
                arguments(
                        "listeners: [{ name: a, type: http-proxy, bind: 127.0.0.1:1 }, { name: a, type: http-proxy, bind:"
                                + " 127.0.0.1:2 }]",
                        "f:1:71: listeners[1].name: another listener is called 'a' too; give each its own name"),
                arguments(
                        "listeners: [{ name: a, type: http-proxy, bind: 127.0.0.1:8404 }]",
                        "f:1:48: listeners[0].bind: the address is already taken by the admin endpoint; give each its own"
                                + " port"),
                arguments(
                        "listeners: [{ name: a, type: http-proxy, bind: 127.0.0.1:1 }, { name: b, type: socks5, bind:"
                                + " 0.0.0.0:1 }]",
                        "f:1:94: listeners[1].bind: it overlaps with 127.0.0.1:1 of listener 'a'; give each its own port"),
                arguments(
                        "listeners: [{ name: a, type: http-proxy, bind: '[::]:8404' }]",
                        "f:1:48: listeners[0].bind: it overlaps with 127.0.0.1:8404 of the admin endpoint; give each its own"
                                + " port"),
                arguments(
                        "timeWait: { fixed: 15s, ceiling: 30s }",
                        "f:1:34: timeWait.ceiling: 'fixed' already says floor and ceiling; remove one of the two"),
                arguments(
                        "timeWait: { floor: { unknown: 4s } }",
                        "f:1:31: timeWait.floor.unknown: floor.unknown (4s) is shorter than floor.sequence (5s), although less is"
                                + " known; make it at least as long"),
                arguments(
                        "destinations: [{ match: 10.0.0.0/8 }, { match: 10.0.0.0/8 }]",
                        "f:1:48: destinations[1].match: it says the same as destinations[0], which counts first; join the two"),
                // not YAML
                arguments(
                        "listeners: [",
                        "f:1:13: this is not YAML: expected the node content, but found '<stream end>'; check indentation,"
                                + " quotes and brackets"),
                arguments(
                        "- a",
                        "f:1:1: expected keys at the top of the file, one of: listeners, sources, timeWait, destinations,"
                                + " upstreams, access, timeouts, names, http, admin, accessLog, threads, transport, dedicatedHost"));
    }

    @Test
    void shouldNameTheBlockThatWasProbablyMeant() {
        assertThat(problems("access: { allow: [10.0.0.5/8] }").getFirst().message())
                .contains("access.allow[0]", "did you mean 10.0.0.0/8");
    }

    @Test
    void shouldReportEveryErrorOfAFileAtOnce() {
        List<Problem> problems = problems("""
                listeners:
                  - name: web
                    typ: http-proxy
                    bind: 127.0.0.1:99999
                  - { name: db, type: tcp, bind: "127.0.0.1:5432", upstream: postgres }
                timeouts:
                  connect: 10
                  idel: 5m
                timewait: {}
                """);

        assertThat(problems).extracting(problem -> problem.position().line()).containsExactly(2, 3, 4, 5, 7, 8, 9);
    }

    @Test
    void shouldNotReportWhatFollowsOnlyFromAnEarlierError() {
        List<Problem> problems = problems("""
                listeners:
                  - { name: db, type: tcp, bind: "127.0.0.1:5432", upstream: postgres }
                upstreams:
                  postgres: { servers: [db] }
                """);

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().message()).startsWith("upstreams.postgres.servers[0]");
    }

    @Test
    void shouldKeepThePlaceOfAnElementBehindOneThatIsWrong() {
        List<Problem> problems = problems("""
                listeners:
                  - { name: a, type: nonsense, bind: "127.0.0.1:1" }
                  - { name: b, type: tcp, bind: "127.0.0.1:2", upstream: none }
                """);

        assertThat(problems).extracting(problem -> problem.position().line()).containsExactly(2, 3);
        assertThat(problems.get(1).message()).startsWith("listeners[1].upstream");
    }

    @Test
    void shouldRefuseMoreServersThanAListenerTakes() {
        String servers = IntStream.rangeClosed(1, 1_025)
                .mapToObj(i -> "10.0." + i / 256 + "." + i % 256 + ":80")
                .collect(Collectors.joining(", "));

        assertThat(problems("upstreams: { web: { servers: [" + servers + "] } }"))
                .extracting(Problem::message)
                .containsExactly("upstreams.web.servers: 1025 servers are named; one group has at most 1024");
    }

    @Test
    void shouldSurviveAnAnchorThatContainsItself() {
        assertThat(problems("timeouts: &a { connect: *a }")).isNotEmpty();
    }

    @Test
    void shouldNotRepeatEndlessTextOrControlCharacters() {
        List<Problem> problems = problems("transport: \"" + "x\\n".repeat(500) + "\"");

        assertThat(problems)
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.message()).hasSizeLessThan(200).doesNotContain("\n"));
    }

    private static List<Problem> problems(String text) {
        return switch (ConfigurationFile.parse("f", text)) {
            case Loaded.Bad bad -> bad.problems();
            case Loaded.Good good -> throw new AssertionError("no problem was found, but " + good.configuration());
        };
    }
}

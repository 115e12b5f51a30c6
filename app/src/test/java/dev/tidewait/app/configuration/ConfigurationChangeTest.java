package dev.tidewait.app.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reload says of two files. */
final class ConfigurationChangeTest {
    private static final String BEFORE = """
            listeners:
              - { name: web, type: http-proxy, bind: 127.0.0.1:3128 }
              - { name: db, type: tcp, bind: 127.0.0.1:5432, upstream: postgres }
            upstreams: { postgres: { servers: [10.0.0.5:5432] } }
            """;

    @Test
    void shouldFindNothingInTheSameFile() {
        assertThat(changes(BEFORE, BEFORE + "# a comment\n")).isEmpty();
        assertThat(changes("", "timeouts: { idle: 300s }"))
                .as("the default, written out")
                .isEmpty();
    }

    @Test
    void shouldNameEachKeyWithItsValuesAndItsEffect() {
        assertThat(changes(BEFORE, BEFORE + """
                                timeouts: { idle: 1m, connect: 3s }
                                timeWait: { fixed: 15s }
                                access: { connect-ports: [443, 8443] }
                                http: { idleInAll: 8, clientAddress: forwarded }
                                accessLog: { file: stdout }
                                threads: 3
                                sources: { ports: 20000-20099 }
                                """))
                .containsExactly(
                        "timeWait.fixed: - → 15s (now)",
                        "access.connect-ports: [443] → [443, 8443] (now)",
                        "timeouts.connect: 10s → 3s (new connections)",
                        "timeouts.idle: 5m → 60s (now)",
                        "http.idleInAll: 1024 → 8 (now)",
                        "http.clientAddress: off → forwarded (new connections)",
                        "accessLog: - → { file: stdout, format: json, queries: false } (now)",
                        "sources.ports: auto → 20000-20099 (restart)",
                        "threads: auto → 3 (restart)");
    }

    @Test
    void shouldKnowListenersAndUpstreamsByName() {
        assertThat(changes(BEFORE, """
                        listeners:
                          - { name: db, type: tcp, bind: 127.0.0.1:5433, upstream: postgres }
                          - { name: socks, type: socks5, bind: 127.0.0.1:1080 }
                        upstreams: { postgres: { servers: [10.0.0.5:5432, 10.0.0.6:5432] } }
                        """))
                .containsExactly(
                        "listeners[web]: { name: web, type: http-proxy, bind: 127.0.0.1:3128 } → - (new connections)",
                        "listeners[db].bind: 127.0.0.1:5432 → 127.0.0.1:5433 (new connections)",
                        "listeners[socks]: - → { name: socks, type: socks5, bind: 127.0.0.1:1080 } (new connections)",
                        "upstreams.postgres.servers: [10.0.0.5:5432] → [10.0.0.5:5432, 10.0.0.6:5432] (new connections)");
    }

    @Test
    void shouldApplyFloorsOfDestinationsNowAndTheirSourcesLater() {
        String before = "destinations: [{ match: 203.0.113.0/24, timeWait: { fixed: 15s } }, { match: 10.0.0.5 }]\n";
        String after = "destinations: [{ match: 10.0.0.5 }, { match: 203.0.113.0/24, timeWait: { fixed: 5s },"
                + " sources: { addresses: [127.0.0.7] } }]\n";
        assertThat(changes(before, after))
                .containsExactly(
                        "destinations: [203.0.113.0/24, 10.0.0.5/32] → [10.0.0.5/32, 203.0.113.0/24] (now)",
                        "destinations[203.0.113.0/24].timeWait.fixed: 15s → 5s (now)",
                        "destinations[203.0.113.0/24].sources: - → { addresses: [127.0.0.7/32] } (restart)");
    }

    @Test
    void shouldTurnTheAdminEndpointOffOnlyAtARestart() {
        assertThat(changes("", "admin: off"))
                .containsExactly("admin: { bind: 127.0.0.1:8404, allow-remote: false } → - (restart)");
    }

    @Test
    void shouldSeeOtherContentsOfAPasswordFile(@TempDir Path directory) throws IOException {
        Path users = directory.resolve("users");
        String hash = "$2y$05$" + "abcdefghijklmnopqrstuv" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcde";
        String file = "access: { users: { file: " + users + " } }";
        Files.writeString(users, "ann:" + hash + "\n");
        Configuration before = good(file);
        assertThat(changes(before, good(file))).isEmpty();
        Files.writeString(users, "bob:" + hash + "\n");
        assertThat(changes(before, good(file)))
                .containsExactly("access.users.file: " + users + " → " + users + " (other contents) (now)");
    }

    private static List<String> changes(String before, String after) {
        return changes(good(before), good(after));
    }

    private static List<String> changes(Configuration running, Configuration wanted) {
        return ConfigurationChange.between(running, wanted.within(running), wanted).stream()
                .map(ConfigurationChange::toString)
                .toList();
    }

    private static Configuration good(String text) {
        Loaded loaded = ConfigurationFile.parse("f", text);
        assertThat(loaded).isInstanceOf(Loaded.Good.class);
        return ((Loaded.Good) loaded).configuration();
    }
}

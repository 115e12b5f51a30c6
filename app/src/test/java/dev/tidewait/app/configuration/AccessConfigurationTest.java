package dev.tidewait.app.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.binding.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code access} and its password file. */
final class AccessConfigurationTest {
    private static final String HASH = "$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi";

    @TempDir
    private Path folder;

    private Path users;

    @BeforeEach
    void makeUsers() throws IOException {
        users = Files.writeString(folder.resolve("users"), "ann:" + HASH + "\nbob:" + HASH + "\n");
    }

    @Test
    void shouldTakeEverythingThatACampusNeeds() {
        AccessSection access = good("""
                access:
                  allow: [10.20.0.0/16, 10.30.0.0/16]
                  users: { file: %s, without-password: [10.30.7.0/24] }
                  limits: { connections: 200, rate: 50 }
                  deny-names: [.example.com, www.example.org, EXAMPLE.net.]
                  deny-addresses: [192.0.2.0/24, "2001:db8::/32"]
                  deny-ports: [6000-6063]
                  deny-methods: [TRACE]
                  http-ports: [80, 8080, 6000]
                """);
        assertThat(access.users()).hasValueSatisfying(section -> {
            assertThat(section.file().path()).isEqualTo(users);
            assertThat(section.file().passwords().userCount()).isEqualTo(2);
            assertThat(section.withoutPassword()).hasToString("[10.30.7.0/24]");
        });
        assertThat(access.limits().connections()).contains(200);
        assertThat(access.limits().rate()).contains(50);
        assertThat(access.denyNames()).hasToString("[.example.com, www.example.org, example.net]");
        assertThat(access.denyAddresses()).hasToString("[192.0.2.0/24, 2001:db8::/32]");
        assertThat(access.denyPorts()).hasToString("[6000-6063]");
        assertThat(access.denyMethods()).containsExactly("TRACE");
        assertThat(access.httpPorts()).hasToString("[80, 8080, 6000]");
    }

    @Test
    void shouldBeClosedByDefault() {
        AccessSection access = good("");
        assertThat(access.allow()).isEmpty();
        assertThat(access.users()).isEmpty();
        assertThat(access.limits().connections()).isEmpty();
        assertThat(access.limits().rate()).isEmpty();
        assertThat(access.httpPorts()).hasToString("[80, 1024-65535]");
        assertThat(access.denyNames()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deny-names: [.a.test, b.a.test] | f:1:23: access.deny-names: 'b.a.test' never counts, for '.a.test' includes it; remove one",
                "deny-names: ['*.a.test'] | f:1:24: access.deny-names[0]: expected a name such as www.example.com or .example.com, found '*.a.test': there are no wildcards; write .a.test for the name and every name below it",
                "deny-names: [10.0.0.1] | f:1:24: access.deny-names[0]: expected a name such as www.example.com or .example.com, found '10.0.0.1': '10.0.0.1' is an address, not a name; addresses are denied by block",
                "deny-names: [b\u00fccher.test] | f:1:24: access.deny-names[0]: expected a name such as www.example.com or .example.com, found 'b\u00fccher.test': write the name as clients send it, in A-labels: xn--bcher-kva.test",
                "deny-addresses: [10.0.0.0/8, 10.1.0.0/16] | f:1:27: access.deny-addresses: '10.1.0.0/16' never counts, for '10.0.0.0/8' includes it; remove one",
                "deny-addresses: [10.0.0.0/8], allow-destinations: [10.1.0.0/16] | f:1:61: access.allow-destinations: '10.1.0.0/16' never counts, for access.deny-addresses has '10.0.0.0/8', which wins; remove one",
                "deny-ports: [25] | f:1:23: access.deny-ports: '25' never counts, for neither connect-ports nor http-ports nor socks-ports allows it; remove it",
                "deny-ports: [6000, 6000] | f:1:23: access.deny-ports: '6000' is in the list twice; remove one",
                "deny-methods: [trace] | f:1:25: access.deny-methods: write 'trace' in capitals: TRACE; it counts for every spelling",
                "deny-methods: ['GET /'] | f:1:25: access.deny-methods: 'GET /' is no method of HTTP; write one like TRACE",
                "http-ports: [] | f:1:23: access.http-ports: the list is empty; no request could be served; remove the key for 80 and 1024-65535",
                "limits: { connections: 0 } | f:1:34: access.limits.connections: it is too small; the smallest value is 1",
                "limits: { rate: many } | f:1:27: access.limits.rate: expected a whole number such as 4, found 'many': it is not a whole number of at most nine digits",
                "users: { file: users } | f:1:26: access.users.file: expected a password file such as /etc/tidewait/users, found 'users': a service has no directory of its own; write the whole path, beginning with /",
                "users: { file: /none/users } | f:1:26: access.users.file: expected a password file such as /etc/tidewait/users, found '/none/users': there is no such file; make it with htpasswd -B -c /none/users NAME",
                "users: { without-password: [10.0.0.0/8] } | f:1:18: access.users: the key 'file' is missing: The absolute path of a file with a line for each user, as 'htpasswd -B' writes it; only bcrypt hashes are accepted. It is read at start and at every reload.",
            })
    void shouldSayWhatHasNoEffectAndWhatIsWrong(String access, String problem) {
        assertThat(problems("access: { " + access + " }")).containsExactly(problem);
    }

    @Test
    void shouldNameTheLineOfThePasswordFileAndNoPassword() throws IOException {
        Files.writeString(users, "ann:" + HASH + "\n\nbob:secret\ncleo\n");
        assertThat(problems("access: { users: { file: " + users + " } }"))
                .containsExactly(
                        "f:1:26: access.users.file: expected a password file such as /etc/tidewait/users, found '"
                                + users
                                + "': line 3: the password of 'bob' cannot be checked: it is not a bcrypt hash ($2y$...); make it"
                                + " anew with htpasswd -B; and 1 more");
    }

    @Test
    void shouldSayThatExemptClientsCannotCome() {
        assertThat(problems("access: { allow: [10.20.0.0/16], users: { file: " + users
                        + ", without-password: [10.30.0.0/16, 10.20.1.0/24] } }"))
                .singleElement()
                .asString()
                .contains(
                        "access.users.without-password: no client comes from 10.30.0.0/16, for it is not in access.allow");
    }

    @Test
    void shouldSayThatNobodyAsksForPasswords() {
        assertThat(problems("listeners: [{ name: db, type: tcp, bind: 127.0.0.1:1, upstream: a }]\n"
                        + "upstreams: { a: { servers: [b:1] } }\naccess: { users: { file: " + users + " } }"))
                .singleElement()
                .asString()
                .contains("access.users: no listener asks for passwords");
    }

    private AccessSection good(String text) {
        return switch (ConfigurationFile.parse("f", text.formatted(users))) {
            case Loaded.Good good -> good.configuration().access();
            case Loaded.Bad bad -> throw new AssertionError(bad.problems());
        };
    }

    private static List<String> problems(String text) {
        return switch (ConfigurationFile.parse("f", text)) {
            case Loaded.Good good -> throw new AssertionError(good);
            case Loaded.Bad bad ->
                bad.problems().stream().map(Problem::toString).toList();
        };
    }
}

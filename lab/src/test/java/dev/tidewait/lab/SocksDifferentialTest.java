package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SOCKS5 byte for byte: Tidewait and Debian's microsocks get the same messages. What they answer is the same, or differs in the way and
 * for the reason that the script gives. One difference is everywhere: microsocks says 0.0.0.0:0 where RFC 1928, section 6 wants the
 * address and port of the outgoing connection; here they must be those that the server saw.
 */
@NeedsRoot
@Timeout(120)
class SocksDifferentialTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static SocksBed open;
    private static SocksBed withPasswords;

    @BeforeAll
    static void start() throws Exception {
        open = SocksBed.start("deny-ports: []");
        Path users = folder.resolve("users");
        try (Namespace here = Namespace.create("htpasswd")) {
            ClientProgram.run(here, DEADLINE, "htpasswd", "-cbB", users.toString(), "user", "secret");
        }
        assertThat(Files.readString(users)).startsWith("user:$2y$");
        withPasswords = SocksBed.start("users: { file: \"" + users + "\" }", "-u", "user", "-P", "secret");
    }

    @AfterAll
    static void stop() throws IOException {
        open.close();
        withPasswords.close();
    }

    static Stream<SocksScript> scripts() {
        return SocksScripts.all();
    }

    static Stream<SocksScript> scriptsWithPasswords() {
        return SocksPasswordScripts.all();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldAnswerByteForByteLikeMicrosocksWhereNoReasonIsGiven(SocksScript script) throws Exception {
        open.compare(script);
    }

    @ParameterizedTest
    @MethodSource("scriptsWithPasswords")
    void shouldAskForPasswordsLikeMicrosocksWhereNoReasonIsGiven(SocksScript script) throws Exception {
        withPasswords.compare(script);
    }

    @Test
    void shouldComparePlenty() {
        Stream<SocksScript> all = Stream.concat(scripts(), scriptsWithPasswords());
        assertThat(all.filter(SocksScript::isSame)).hasSizeGreaterThanOrEqualTo(50);
        assertThat(Stream.concat(scripts(), scriptsWithPasswords()).map(SocksScript::name))
                .doesNotHaveDuplicates();
    }
}

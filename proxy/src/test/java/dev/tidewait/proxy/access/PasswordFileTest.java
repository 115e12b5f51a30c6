package dev.tidewait.proxy.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as htpasswd writes them. The hashes were made by libxcrypt 4.4, an independent bcrypt. */
class PasswordFileTest {
    /** Passwords: "correct horse", "pässwörd" (UTF-8), 100 times "x", none, "colon:in:it". */
    static final String FILE = """
            # users of the tests
            ann:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2
            bj\u00f6rn:$2b$04$ABCDEFGHIJKLMNOPQRSTUuek4CbSQQu35c9YYgSnjvfYm3e9bPOL.

            long:$2a$04$0123456789ABCDEFGHIJKe2oBPJlmLKKWVQVpgSvH/nYUJ4418wBi
            empty:$2y$04$......................w74bL5gU7LSJClZClCa.Pkz14aTv/XO
            colon:$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi
            """;

    private static final String HASH = "$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "ann, correct horse, true",
        "ann, Correct horse, false",
        "ann, correct horse ., false",
        "ann, '', false",
        "ANN, correct horse, false",
        "bj\u00f6rn, p\u00e4ssw\u00f6rd, true",
        "bj\u00f6rn, passwort, false",
        "empty, '', true",
        "empty, x, false",
        "colon, colon:in:it, true",
        "colon, colon, false",
        "nobody, correct horse, false",
        "nobody, '', false",
        "'', correct horse, false",
    })
    void shouldKnowTheRightPassword(String user, String password, boolean right) throws PasswordFileException {
        assertThat(PasswordFile.parse(FILE).isRight(user, password.getBytes(UTF_8)))
                .isEqualTo(right);
    }

    @Test
    void shouldTakeBytesAndNotCharacters() throws PasswordFileException {
        assertThat(PasswordFile.parse(FILE).isRight("bj\u00f6rn", "p\u00e4ssw\u00f6rd".getBytes(ISO_8859_1)))
                .isFalse();
    }

    @Test
    void shouldIgnoreWhatComesBehindTheSeventySecondByteAsHtpasswdDoes() throws PasswordFileException {
        PasswordFile file = PasswordFile.parse(FILE);
        assertThat(file.isRight("long", "x".repeat(100).getBytes(UTF_8))).isTrue();
        assertThat(file.isRight("long", "x".repeat(72).getBytes(UTF_8))).isTrue();
        assertThat(file.isRight("long", "x".repeat(71).getBytes(UTF_8))).isFalse();
    }

    @Test
    void shouldTakeWindowsLineEnds() throws PasswordFileException {
        assertThat(PasswordFile.parse(FILE.replace("\n", "\r\n")).isRight("ann", "correct horse".getBytes(UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:$apr1$x$y | line 1: the password of 'a' cannot be checked: it is an MD5 hash, and only bcrypt is accepted; make it anew with htpasswd -B",
                "a:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g= | line 1: the password of 'a' cannot be checked: it is a SHA-1 hash, and only bcrypt is accepted; make it anew with htpasswd -B",
                "a:$6$salt$hash | line 1: the password of 'a' cannot be checked: it is a SHA-2 hash, and only bcrypt is accepted; make it anew with htpasswd -B",
                "a:rqXexS6ZhobKA | line 1: the password of 'a' cannot be checked: it is not a bcrypt hash ($2y$...); make it anew with htpasswd -B",
                "a:secret | line 1: the password of 'a' cannot be checked: it is not a bcrypt hash ($2y$...); make it anew with htpasswd -B",
                "a:$2x$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi | line 1: the password of 'a' cannot be checked: it is of the faulty kind $2x$; make it anew with htpasswd -B",
                "a:$2y$04$zyxwvutsrqponmlkjihgfe | line 1: the password of 'a' cannot be checked: it is a damaged bcrypt hash; make it anew with htpasswd -B",
                "a:$2y$17$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi | line 1: the password of 'a' cannot be checked: its bcrypt cost is 17, and only 4 to 14 can be checked in time; make it anew with htpasswd -B -C 10",
                "a | line 1: it is not name:hash; add users with htpasswd -B",
                ":x | line 1: it is not name:hash; add users with htpasswd -B",
                "'a :x' | line 1: a name has at most 255 bytes, no control characters, and no space before or behind it",
                "'' | there is no user in it, so nobody could log in; add one with htpasswd -B",
                "'# x' | there is no user in it, so nobody could log in; add one with htpasswd -B",
            })
    void shouldSayWhatIsWrongAndTheCure(String text, String problem) {
        assertThat(problems(text).problems()).containsExactly(problem);
    }

    @Test
    void shouldNameTheLineOfEveryProblemButNoSecret() {
        PasswordFileException wrong = problems("# c\na:" + HASH + "\n\nb:plainsecret\na:" + HASH + "\n");
        assertThat(wrong.problems())
                .containsExactly(
                        "line 4: the password of 'b' cannot be checked: it is not a bcrypt hash ($2y$...); make it anew with htpasswd -B",
                        "line 5: 'a' has a line before; remove one of them");
        assertThat(wrong.getMessage()).doesNotContain("plainsecret");
    }

    @Test
    void shouldEndAfterTenProblems() {
        String text =
                String.join("\n", IntStream.range(0, 50).mapToObj(i -> "u" + i).toList());
        assertThat(problems(text).problems()).hasSize(11).last().isEqualTo("the lines behind it were not read");
    }

    @Test
    void shouldSayWhyAFileCannotBeRead() throws IOException {
        assertThat(unreadable(folder.resolve("none"))).contains("there is no such file", "htpasswd -B -c");
        assertThat(unreadable(folder)).contains("it is a directory");
        Path latin = Files.write(folder.resolve("latin"), "bj\u00f6rn:x".getBytes(ISO_8859_1));
        assertThat(unreadable(latin)).contains("not UTF-8");
    }

    private static String unreadable(Path file) {
        PasswordFileException unreadable =
                catchThrowableOfType(PasswordFileException.class, () -> PasswordFile.read(file));
        return String.join("\n", unreadable.problems());
    }

    private static PasswordFileException problems(String text) {
        return catchThrowableOfType(PasswordFileException.class, () -> PasswordFile.parse(text));
    }
}

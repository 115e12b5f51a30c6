package dev.tidewait.proxy.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {
    @ParameterizedTest
    @CsvSource({
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==, Aladdin, open sesame", // RFC 7617, section 2
        "Basic dGVzdDoxMjPCow==, test, 123\u00a3", // RFC 7617, section 2.1
        "basic YTpi, a, b",
        "BASIC  YTpi, a, b",
        "'  Basic YTpi  ', a, b",
        "Basic YTo=, a, ''",
        "Basic YTpiOmM=, a, b:c",
    })
    void shouldReadUserAndPassword(String value, String user, String password) {
        BasicCredentials read = BasicCredentials.parse(value).orElseThrow();
        assertThat(read.user()).isEqualTo(user);
        assertThat(new String(read.password(), UTF_8)).isEqualTo(password);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "BasicYTpi",
                "Bearer YTpi",
                "Negotiate YII=",
                "Basic\tYTpi",
                "Basic YTo", // no padding
                "Basic YTp=", // bits behind the end
                "Basic YTpi=",
                "Basic YTpi====",
                "Basic YT pi",
                "Basic YTpi, Basic YTpi",
                "Basic realm=\"x\"",
                "Basic YTpi\u00e4",
                "Basic YW5u", // no colon
                "Basic OnNlY3JldA==", // no name
            })
    void shouldRefuseWhatIsNotBasic(String value) {
        assertThat(BasicCredentials.parse(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n:b", "a:b\u0000", "a:\tb", "\u007fa:b", "a:b\r\nX: y"})
    void shouldRefuseControlCharacters(String decoded) {
        assertThat(BasicCredentials.parse(encoded(decoded, UTF_8))).isEmpty();
    }

    @Test
    void shouldRefuseANameThatIsNotUtf8ButTakeAnyPassword() {
        assertThat(BasicCredentials.parse(encoded("bj\u00f6rn:x", ISO_8859_1))).isEmpty();
        assertThat(BasicCredentials.parse(encoded("ann:p\u00e4ss", ISO_8859_1))
                        .orElseThrow()
                        .password())
                .isEqualTo("p\u00e4ss".getBytes(ISO_8859_1));
    }

    @Test
    void shouldBoundTheLength() {
        assertThat(BasicCredentials.parse(encoded("a:" + "x".repeat(700), UTF_8)))
                .isPresent();
        assertThat(BasicCredentials.parse(encoded("a:" + "x".repeat(800), UTF_8)))
                .isEmpty();
    }

    static String encoded(String userAndPassword, Charset charset) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(charset));
    }
}

package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which challenges and credentials are those of a log-in that holds for a connection. */
class ConnectionLoginSchemesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WWW-Authenticate: NTLM | true",
                "www-authenticate: ntlm TlRMTVNTUAAC== | true",
                "WWW-Authenticate: Negotiate YII=, Basic realm=\"a\" | true",
                "WWW-Authenticate: Basic realm=\"a, b\",Negotiate | true",
                "WWW-Authenticate: Basic realm=\"a\" , \tNTLM\t | true",
                "WWW-Authenticate: Basic realm=\"NTLM\" | false",
                "WWW-Authenticate: NTLMv2 | false",
                "WWW-Authenticate: Negotiate-ish x | false",
                "WWW-Authenticate: | false",
                "WWW-Authenticate: , ,, | false",
                "Proxy-Authenticate: NTLM | false",
                "X-Authenticate: NTLM | false",
            })
    void shouldFindThemInChallenges(String field, boolean expected) {
        assertThat(Heads.response("HTTP/1.1 401 Unauthorized\r\nA: b\r\n" + field + "\r\n\r\n")
                        .logsConnectionIn())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Authorization: Negotiate YII= | true",
                "authorization: nTlM TlRM | true",
                "Authorization: Basic NTLM | false",
                "Proxy-Authorization: NTLM TlRM | false",
            })
    void shouldFindThemInCredentials(String field, boolean expected) {
        assertThat(Heads.request("GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n" + field + "\r\n\r\n")
                        .logsConnectionIn())
                .isEqualTo(expected);
    }
}

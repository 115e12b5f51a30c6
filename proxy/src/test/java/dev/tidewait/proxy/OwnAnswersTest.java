package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.Denials;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.facts.ExchangeRecord;
import dev.tidewait.proxy.failure.EndCause;
import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are for the proxy itself. */
class OwnAnswersTest {
    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1\r\nHost: proxy.test\r\n\r\n",
                "OPTIONS http://a.test/ HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n"
            })
    void shouldSayWhatItOffersAndGoOn(String options) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(options + options);
            for (int i = 0; i < 2; i++) {
                assertThat(client.message())
                        .startsWith("HTTP/1.1 200 OK\r\nDate: ")
                        .contains("\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT\r\n")
                        .endsWith("\r\nContent-Length: 0\r\n\r\n");
            }
            client.endOutput();
            client.shouldEnd();
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
            assertThat(bench.connector.requests).isEmpty();
            assertThat(bench.metrics.requests.get()).isEqualTo(2);
            assertThat(bench.metrics.sent).isEmpty();
            ExchangeRecord record = bench.records.awaitFirst();
            assertThat(record.status()).isEqualTo(200);
            assertThat(record.cause()).isEqualTo(EndCause.SERVED);
            assertThat(record.failure()).isEmpty();
            assertThat(record.bytesUp()).isEqualTo(options.length());
        }
    }

    @Test
    void shouldShowWhatArrivedButNoSecrets() throws IOException {
        String line = "TRACE http://a.test/x?y HTTP/1.1\r\n";
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(
                    "\r\n" + line + "Host: a.test\r\nCOOKIE: secret\r\nX-One:  1 \r\nAuthorization: Basic secret\r\n"
                            + "proxy-authorization: Basic secret\r\nMax-Forwards: 0\r\nCookie:secret\r\n\r\n");
            assertThat(client.message())
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nContent-Type: message/http\r\n")
                    .doesNotContain("secret", "Connection: close")
                    .endsWith("\r\n\r\n" + line + "Host: a.test\r\nX-One:  1 \r\nMax-Forwards: 0\r\n\r\n");
            client.send(line.replace("1.1", "1.0") + "Max-Forwards: 00\r\n\r\n");
            assertThat(client.rest())
                    .contains("\r\nConnection: close\r\n")
                    .endsWith("\r\n\r\n" + line.replace("1.1", "1.0") + "Max-Forwards: 00\r\n\r\n");
            assertThat(bench.connector.requests).isEmpty();
            Bench.end(client.socket);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.SERVED);
        }
    }

    @Test
    void shouldPassOnWhatIsForAServer() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/").replace("GET", "TRACE").replace("\r\n\r\n", "\r\nMax-Forwards: 1\r\n\r\n"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                assertThat(server.head()).startsWith("TRACE / ").contains("\r\nMax-Forwards: 0\r\n");
                server.send(ConversationTest.OK);
                assertThat(client.message()).endsWith("hello");
            }
        }
    }

    @Test
    void shouldAnswerNothingThatIsDenied() throws IOException {
        AccessRules rules = new AccessRules(
                AccessRules.LOOPBACK_CLIENTS,
                EnumSet.noneOf(DestinationClass.class),
                List.of(),
                List.of(PortRange.ANY),
                AccessRules.HTTP_PORTS,
                new Denials(List.of(), List.of(), List.of(), Set.of("TRACE", "PUT", "BREW")));
        try (Bench bench = Bench.connect(Transport.EPOLL, Bench.PATIENT, rules, InetAddress::getAllByName);
                RawPeer client = new RawPeer(bench.client())) {
            client.send("TRACE http://a.test/ HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n");
            assertThat(client.message()).startsWith("HTTP/1.1 403 ").contains("access.deny-methods");
            client.send("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(client.message())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\r\nAllow: GET, HEAD, POST, PATCH, DELETE, OPTIONS, CONNECT\r\n");
        }
    }
}

package dev.tidewait.proxy;

import static dev.tidewait.proxy.ConversationTest.answer;
import static dev.tidewait.proxy.ConversationTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.http1.ClientAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Log-ins that hold for a server's connection: who logs in on one has it alone. */
class ConnectionLoginTest {
    private static final String ASKING =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n";

    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeNobodyForSomebodyElse(Transport kind) throws IOException {
        try (Bench bench = Bench.http(kind)) {
            shouldTakeNobodyForSomebodyElse(bench);
            assertThat(bench.connector.requests).as("one for each client").hasSize(6);
        }
    }

    /** Log-ins work, whoever is meant to close connections that are not kept. */
    @ParameterizedTest
    @EnumSource
    void shouldLetUsersLogInWhereNoConnectionIsKept(ServerClose order) throws IOException {
        HttpSettings noneKept = new HttpSettings(0, 0, order, ClientAddress.OFF);
        try (Bench bench = Bench.http(Transport.EPOLL, Bench.PATIENT, noneKept)) {
            shouldTakeNobodyForSomebodyElse(bench);
        }
    }

    private static void shouldTakeNobodyForSomebodyElse(Bench bench) throws IOException {
        LoginOrigin origin = LoginOrigin.on(bench.origin);
        List<RawPeer> users = new ArrayList<>();
        try (RawPeer stranger = new RawPeer(bench.client())) {
            for (int i = 0; i < 5; i++) {
                users.add(new RawPeer(bench.client()));
            }
            for (int i = 0; i < users.size(); i++) {
                assertThat(ask(bench, users.get(i), "")).startsWith("HTTP/1.1 401 ");
            }
            for (int i = 0; i < users.size(); i++) {
                assertThat(ask(bench, users.get(i), "hello-user" + i))
                        .contains("\r\nWWW-Authenticate: NTLM for-user" + i + "\r\n");
            }
            for (int i = 0; i < users.size(); i++) {
                assertThat(ask(bench, stranger, "")).startsWith("HTTP/1.1 401 ");
                assertThat(ask(bench, users.get(i), "proof-user" + i)).endsWith("\r\n\r\nuser" + i);
            }
            for (int round = 0; round < 10; round++) {
                for (int i = users.size() - 1; i >= 0; i--) {
                    assertThat(ask(bench, users.get(i), "")).endsWith("\r\n\r\nuser" + i);
                    assertThat(ask(bench, stranger, "")).startsWith("HTTP/1.1 401 ");
                }
            }
            assertThat(origin.logins.get()).isEqualTo(users.size());
            assertThat(bench.server.idleServerCount()).isZero();
        } finally {
            for (RawPeer user : users) {
                user.close();
            }
        }
    }

    /** A new connection in the middle would look like a wrong password. */
    @Test
    void shouldNotEndALogInBecauseItsConnectionIsOld() throws IOException {
        Timeouts shortLived = Patience.withServerTimes(Duration.ofSeconds(60), Duration.ofMillis(1));
        try (Bench bench = Bench.http(Transport.EPOLL, shortLived, HttpSettings.DEFAULTS);
                RawPeer client = new RawPeer(bench.client())) {
            LoginOrigin.on(bench.origin);
            assertThat(ask(bench, client, "")).startsWith("HTTP/1.1 401 ");
            long begin = System.nanoTime();
            Until.isTrue("old", () -> System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(2));
            assertThat(ask(bench, client, "hello-ann")).contains("NTLM for-ann");
            assertThat(ask(bench, client, "proof-ann")).endsWith("\r\n\r\nann");
        }
    }

    private static String ask(Bench bench, RawPeer client, String credentials) throws IOException {
        client.send(get(bench, "/")
                .replace(
                        "\r\n\r\n",
                        credentials.isEmpty() ? "\r\n\r\n" : "\r\nAuthorization: NTLM " + credentials + "\r\n\r\n"));
        return client.message();
    }

    /** The server's answer says nothing of a log-in. */
    @ParameterizedTest
    @ValueSource(strings = {"Negotiate YII", "ntlm TlRM"})
    void shouldShareNoConnectionThatCredentialsWentOver(String credentials) throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client());
                RawPeer other = new RawPeer(bench.client())) {
            other.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET / ");
                assertThat(other.message()).endsWith("hello");
                Until.isTrue("it waits for anybody", () -> bench.server.idleServerCount() == 1);
                client.send(get(bench, "/in").replace("\r\n\r\n", "\r\nAuthorization: " + credentials + "\r\n\r\n"));
                answer(server, "GET /in ");
                assertThat(client.message()).endsWith("hello");
                other.send(get(bench, "/other"));
                try (RawPeer second = new RawPeer(bench.accepted())) {
                    answer(second, "GET /other ");
                    assertThat(other.message()).endsWith("hello");
                    client.send(get(bench, "/again"));
                    answer(server, "GET /again ");
                    assertThat(client.message()).endsWith("hello");
                    Bench.end(client.socket);
                    server.shouldEnd();
                }
            }
        }
    }

    @Test
    void shouldTellAClientThatItMayLogInAndOnlyWhereItMay() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client());
                RawPeer old = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(ASKING.replace("NTLM", "Basic realm=\"x\", Digest realm=\"negotiate\""));
                assertThat(client.message()).startsWith("HTTP/1.1 401 ").doesNotContain("Proxy-Support");
                Until.isTrue("it waits for anybody", () -> bench.server.idleServerCount() == 1);
                client.send(get(bench, "/"));
                server.head();
                server.send(ASKING.replace("NTLM", "Basic realm=\"x\", negotiate"));
                assertThat(client.message())
                        .contains("\r\nConnection: Proxy-Support\r\n")
                        .contains("\r\nProxy-Support: Session-Based-Authentication\r\n");
            }
            old.send(get(bench, "/").replace("HTTP/1.1", "HTTP/1.0"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(ASKING);
                assertThat(old.rest()).startsWith("HTTP/1.1 401 ").doesNotContain("Proxy-Support");
                server.shouldEnd();
            }
        }
    }

    @Test
    void shouldKeepTheLastOneForAClientAndNoOther() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                ServerSocket otherOrigin = Bench.listen();
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer first = new RawPeer(bench.accepted())) {
                first.head();
                first.send(ASKING);
                client.message();
                client.send(getOther(otherOrigin));
                try (RawPeer second = new RawPeer(Bench.accepted(otherOrigin))) {
                    answer(second, "GET / ");
                    assertThat(client.message()).endsWith("hello");
                    client.send(get(bench, "/again"));
                    answer(first, "GET /again ");
                    assertThat(client.message()).endsWith("hello");
                    client.send(getOther(otherOrigin));
                    second.head();
                    second.send(ASKING);
                    client.message();
                    first.shouldEnd();
                    client.send(
                            "CONNECT " + bench.authority() + " HTTP/1.1\r\nHost: " + bench.authority() + "\r\n\r\n");
                    try (RawPeer tunnel = new RawPeer(bench.accepted())) {
                        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                        second.shouldEnd();
                        Bench.end(tunnel.socket);
                        client.shouldEnd();
                    }
                }
            }
        }
    }

    private static String getOther(ServerSocket origin) {
        String authority = "127.0.0.1:" + origin.getLocalPort();
        return "GET http://" + authority + "/ HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    }

    @Test
    void shouldForgetTheConnectionThatTheServerCloses() throws IOException {
        try (Bench bench = Bench.http(Transport.EPOLL);
                RawPeer client = new RawPeer(bench.client())) {
            client.send(get(bench, "/"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                server.head();
                server.send(ASKING);
                client.message();
                server.endOutput();
                server.shouldEnd();
            }
            client.send(get(bench, "/again"));
            try (RawPeer server = new RawPeer(bench.accepted())) {
                answer(server, "GET /again ");
                assertThat(client.message()).endsWith("hello");
            }
        }
    }
}

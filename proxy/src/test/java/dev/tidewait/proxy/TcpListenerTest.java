package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TcpListenerTest {
    @AfterAll
    static void shouldNotHaveLeaked() {
        assertThat(Leaks.found()).isEmpty();
    }

    @Test
    void shouldTakeServersInTurn() throws IOException {
        try (ServerSocket one = listen();
                ServerSocket two = listen();
                Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(at(one), at(two)))) {
            for (int round = 0; round < 3; round++) {
                pass(bench, one);
                pass(bench, two);
            }
        }
    }

    @Test
    void shouldGoToTheNextServerWhenOneRefuses() throws IOException {
        try (ServerSocket two = listen();
                Bench bench =
                        Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("127.0.0.1", 1), at(two)))) {
            pass(bench, two);
            assertThat(bench.metrics.connectFailures).containsExactly(Reason.REFUSED);
        }
    }

    @Test
    void shouldResolveAndTryAllAddressesOfAName() throws IOException {
        try (ServerSocket two = listen();
                Bench bench = Bench.tcp(
                        Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("localhost", two.getLocalPort())))) {
            pass(bench, two);
        }
    }

    @Test
    void shouldGoToTheNextServerWhenTheNameOfOneLeadsNowhere() throws IOException {
        try (ServerSocket two = listen();
                Bench bench = Bench.tcp(
                        Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("unknown.test", 1), at(two)), host -> {
                            throw new UnknownHostException(host);
                        })) {
            pass(bench, two);
            assertThat(bench.metrics.nameFailures).containsExactly(NameFailure.UNKNOWN);
        }
    }

    @Test
    void shouldGiveUpAfterThreeServersAndLogWhy() throws IOException {
        HostPort dead = new HostPort("127.0.0.1", 1);
        try (LogLines log = new LogLines();
                Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(dead, dead, dead, dead))) {
            try (Socket client = bench.client()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(bench.connector.requests).hasSize(3);
            assertThat(log.containing("listener test closed client 127.0.0.1:"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("REFUSED at 127.0.0.1:1"));
        }
    }

    /** Ports are counted for each destination. */
    @Test
    void shouldGoToTheNextServerWhenThereIsNoPortToOne() throws IOException {
        try (ServerSocket two = listen();
                Bench bench =
                        Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("127.0.0.1", 1), at(two)))) {
            bench.connector.failFor(1, Reason.NO_PORT);
            pass(bench, two);
            assertThat(bench.metrics.connectFailures).containsExactly(Reason.NO_PORT);
        }
    }

    @Test
    void shouldStayOnTheServerWhenThisHostIsInTrouble() throws IOException {
        try (ServerSocket two = listen();
                LogLines log = new LogLines();
                Bench bench =
                        Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("127.0.0.1", 1), at(two)))) {
            bench.connector.failFor(1, Reason.LOCAL);
            try (Socket client = bench.client()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(bench.connector.requests).hasSize(1);
            assertThat(log.containing("LOCAL at 127.0.0.1:1")).hasSize(1);
        }
    }

    @Test
    void shouldShareOnePortWaitAmongAllServers() throws IOException {
        HostPort dead = new HostPort("127.0.0.1", 1);
        Duration minute = Duration.ofMinutes(1);
        Timeouts waiting = new Timeouts(minute, Duration.ofSeconds(5), minute, minute, minute, minute, minute);
        try (Bench bench = Bench.tcp(Transport.EPOLL, waiting, List.of(dead, dead, dead))) {
            bench.connector.failFor(1, Reason.NO_PORT);
            CompletableFuture<Void> gate = bench.connector.closeGate();
            try (Socket client = bench.client()) {
                Until.isTrue("connect was asked for", () -> bench.connector.requests.size() == 1);
                long asked = System.nanoTime();
                Until.isTrue("some time has passed", () -> System.nanoTime() - asked > 300_000_000);
                gate.complete(null);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.connector.requests)
                    .satisfiesExactly(
                            first -> assertThat(first.portWaitMillis()).isEqualTo(5_000),
                            second -> assertThat(second.portWaitMillis()).isBetween(1L, 4_700L),
                            third -> assertThat(third.portWaitMillis()).isBetween(1L, 4_700L));
        }
    }

    @Test
    void shouldCancelAConnectThatIsNeverAnswered() throws IOException {
        Duration minute = Duration.ofMinutes(1);
        Timeouts hasty = new Timeouts(Duration.ofMillis(1), Duration.ZERO, minute, minute, minute, minute, minute);
        try (LogLines log = new LogLines();
                Bench bench = Bench.tcp(Transport.EPOLL, hasty)) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            try (Socket client = bench.client()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.NOT_CONNECTED);
            assertThat(log.containing("gave no answer in time")).hasSize(1);
            gate.complete(null);
            assertThat(bench.connector.cancelled).hasValue(1);
            assertThat(bench.metrics.connectFailures).containsExactly(Reason.LOCAL);
        }
    }

    @Test
    void shouldLogAFewFailuresOnly() throws IOException {
        try (LogLines log = new LogLines();
                Bench bench = Bench.tcp(Transport.EPOLL, Bench.PATIENT, List.of(new HostPort("127.0.0.1", 1)))) {
            for (int i = 0; i < 20; i++) {
                try (Socket client = bench.client()) {
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
            assertThat(log.containing("closed client")).hasSize(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverWhatAClientSentBeforeTheServerConnectionWasOpen(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT)) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            try (Socket client = bench.client()) {
                client.getOutputStream().write(new byte[300_000]);
                client.shutdownOutput();
                Until.isTrue("connect was asked for", () -> bench.connector.requests.size() == 1);
                gate.complete(null);
                try (Socket server = bench.accepted()) {
                    assertThat(server.getInputStream().readAllBytes()).hasSize(300_000);
                    server.getOutputStream().write(7);
                }
                assertThat(client.getInputStream().readAllBytes()).containsExactly(7);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldResetTheServerConnectionOfAClientThatWasResetBefore(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT)) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            bench.connector.stubborn = true;
            try (Socket client = bench.client()) {
                client.getOutputStream().write(1);
                Until.isTrue("connect was asked for", () -> bench.connector.requests.size() == 1);
                Bench.reset(client);
            }
            gate.complete(null);
            try (Socket server = bench.accepted()) {
                assertThatThrownBy(() -> server.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCancelTheConnectOfAClientThatWasReset(Transport kind) throws IOException {
        try (Bench bench = Bench.tcp(kind, Bench.PATIENT)) {
            CompletableFuture<Void> gate = bench.connector.closeGate();
            try (Socket client = bench.client()) {
                Until.isTrue("connect was asked for", () -> bench.connector.requests.size() == 1);
                Bench.reset(client);
            }
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.CLIENT_RESET);
            gate.complete(null);
            assertThat(bench.connector.channels).isEmpty();
        }
    }

    @Test
    void shouldCloseClientsThatAreNotOnTheList() throws IOException {
        try (ServerSocket one = listen();
                LogLines log = new LogLines();
                Bench bench = Bench.tcp(new TcpListenerSettings(
                        "test", Bench.loopback(0), List.of(at(one)), List.of(Cidr.parse("192.0.2.0/24"))));
                Socket client = bench.client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(bench.awaitEnd()).isEqualTo(EndCause.REFUSED);
            assertThat(bench.connector.requests).isEmpty();
            assertThat(log.containing("not in the listener's list of clients")).hasSize(1);
        }
    }

    private static void pass(Bench bench, ServerSocket expected) throws IOException {
        try (Socket client = bench.client();
                Socket server = expected.accept()) {
            client.getOutputStream().write(42);
            assertThat(server.getInputStream().read()).isEqualTo(42);
        }
    }

    private static HostPort at(ServerSocket socket) {
        return new HostPort("127.0.0.1", socket.getLocalPort());
    }

    private static ServerSocket listen() throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }
}

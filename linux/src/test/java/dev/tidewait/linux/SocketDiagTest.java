package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.TwoHosts.Connection;
import dev.tidewait.linux.TwoHosts.Flavour;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the real kernel: two namespaces joined by veth. Needs root. */
class SocketDiagTest {
    private static TwoHosts hosts;
    private static int nextPort = 20_000;
    private SocketDiag diag;

    @BeforeAll
    static void joinHosts() {
        hosts = TwoHosts.join();
    }

    @AfterAll
    static void removeHosts() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @BeforeEach
    void open() {
        diag = hosts.client.call(SocketDiag::open);
    }

    @AfterEach
    void close() {
        hosts.client.run(diag::close);
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayFreeWhenNobodyHoldsTheTuple(Flavour flavour) {
        assertThat(get(flavour.tuple(nextPort++))).isInstanceOf(SocketAnswer.Free.class);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindTimeWaitByTheCookieReadAfterConnect(Flavour flavour) {
        try (Connection connection = hosts.connect(flavour, nextPort++)) {
            long cookie = connection.closeClientFirst();

            TimeWaitSocket socket = awaitTimeWait(connection.tuple(), cookie);

            assertThat(socket.cookie()).isEqualTo(cookie);
            assertThat(socket.tuple()).isEqualTo(connection.tuple());
            assertThat(socket.remainingMillis()).isBetween(50_000L, 62_100L);
            assertThat(get(connection.tuple())).isInstanceOf(TimeWaitSocket.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDestroyTimeWait(Flavour flavour) {
        try (Connection connection = hosts.connect(flavour, nextPort++)) {
            TimeWaitSocket socket = awaitTimeWait(connection.tuple(), connection.closeClientFirst());

            assertThat(destroy(socket)).isInstanceOf(DestroyOutcome.Destroyed.class);

            assertThat(get(connection.tuple())).isInstanceOf(SocketAnswer.Free.class);
            assertThat(getWithCookie(connection.tuple(), socket.cookie())).isInstanceOf(SocketAnswer.Gone.class);
            assertThat(destroy(socket)).isInstanceOf(DestroyOutcome.AlreadyGone.class);
        }
    }

    @Test
    void shouldFindTimeWaitBoundToAnInterfaceOnlyThroughIt() {
        TcpTuple tuple = TwoHosts.tupleOf("fe80::", nextPort++);
        int index = hosts.client.call(
                () -> java.net.NetworkInterface.getByName("tw0").getIndex());
        RawTcp near = hosts.client.call(() -> RawTcp.connect(LibC.AF_INET6, tuple, index));
        new Connection(tuple, near, hosts.listener.accept()).closeClientFirst();

        SocketAnswer answer =
                Await.until(() -> hosts.client.call(() -> diag.get(tuple, index)), TimeWaitSocket.class::isInstance);

        assertThat(get(tuple)).isInstanceOf(SocketAnswer.Free.class);
        assertThat(destroy((TimeWaitSocket) answer)).isInstanceOf(DestroyOutcome.Destroyed.class);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveNoProofForAnEstablishedConnection(Flavour flavour) {
        try (Connection connection = hosts.connect(flavour, nextPort++)) {
            long cookie = SocketCookie.read(connection.near().fd());

            SocketAnswer.Held held = (SocketAnswer.Held) getWithCookie(connection.tuple(), cookie);

            assertThat(held.state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(held.cookie()).isEqualTo(cookie);
            hosts.client.run(() -> diag.dump(
                    DumpFilter.states(TcpState.ESTABLISHED)
                            .sourcePorts(
                                    connection.tuple().sourcePort(),
                                    connection.tuple().sourcePort()),
                    entry -> {
                        assertThat(entry.isDestroyable()).isFalse();
                        assertThatThrownBy(entry::timeWaitSocket)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("ESTABLISHED");
                    }));
        }
    }

    @Test
    void shouldGiveNoProofForAClosedSocketWithUnsentData() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            long cookie = SocketCookie.read(connection.near().fd());
            TcpInfo info = new TcpInfo();
            long written = 0;
            do {
                written += connection.near().write(100_000);
                info.read(connection.near().fd());
            } while (info.notSentBytes() == 0);
            connection.near().close();

            SocketAnswer.Held held = (SocketAnswer.Held) getWithCookie(connection.tuple(), cookie);

            assertThat(held.state()).isEqualTo(TcpState.FIN_WAIT1);
            assertThat(connection.far().readToEnd()).isEqualTo(written);
            connection.far().close();
            awaitTimeWait(connection.tuple(), cookie);
        }
    }

    @Test
    void shouldGiveNoProofInFinWait2() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            long cookie = SocketCookie.read(connection.near().fd());
            connection.near().close();

            SocketAnswer answer = Await.until(
                    () -> getWithCookie(connection.tuple(), cookie),
                    it -> it instanceof SocketAnswer.Held held && held.state() == TcpState.FIN_WAIT2);

            assertThat(((SocketAnswer.Held) answer).timerMillis()).isBetween(1L, 62_100L);
            DumpFilter timeWait = DumpFilter.states(TcpState.TIME_WAIT)
                    .sourcePorts(
                            connection.tuple().sourcePort(), connection.tuple().sourcePort());
            assertThat(hosts.client.call(() -> diag.dump(timeWait, entry -> {})))
                    .isEqualTo(new DumpAnswer.Complete(0));
            assertThat(connection.far().readToEnd()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayThatAListenerAnswered(Flavour flavour) {
        int port = nextPort++;
        try (RawTcp service = hosts.client.call(() -> RawTcp.listen(port))) {
            assertThat(service.fd()).isNotNegative();

            SocketAnswer.Held held = (SocketAnswer.Held) get(flavour.tuple(port));

            assertThat(held.state()).isEqualTo(TcpState.LISTEN);
        }
    }

    @Test
    void shouldNotHarmTheConnectionThatTookOverTheTuple() {
        try (Connection first = hosts.connect(Flavour.IPV4, nextPort++)) {
            TimeWaitSocket stale = awaitTimeWait(first.tuple(), first.closeClientFirst());
            try (Connection second = hosts.connect(Flavour.IPV4, first.tuple().sourcePort())) {

                assertThat(destroy(stale)).isInstanceOf(DestroyOutcome.AlreadyGone.class);

                second.near().write(1000);
                second.far().readExactly(1000);
            }
        }
    }

    @Test
    void shouldDumpExactlyTheSocketsInTheRange() {
        int first = nextPort;
        nextPort += 30;
        List<TcpTuple> expected = new ArrayList<>();
        Flavour[] flavours = Flavour.values();
        for (int port = first; port < first + 30; port++) {
            try (Connection connection = hosts.connect(flavours[port % flavours.length], port)) {
                awaitTimeWait(connection.tuple(), connection.closeClientFirst());
                if (port >= first + 5 && port <= first + 24) {
                    expected.add(connection.tuple());
                }
            }
        }
        DumpFilter filter = DumpFilter.states(TcpState.TIME_WAIT)
                .sourcePorts(first + 5, first + 24)
                .towards(TwoHosts.SERVER_PORT);
        List<TimeWaitSocket> found = new ArrayList<>();

        DumpAnswer answer = hosts.client.call(() -> diag.dump(filter, entry -> found.add(entry.timeWaitSocket())));

        assertThat(answer).isEqualTo(new DumpAnswer.Complete(20));
        assertThat(found).extracting(TimeWaitSocket::tuple).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(hosts.client.call(() -> diag.destroy(found)))
                .hasSize(20)
                .allMatch(DestroyOutcome.Destroyed.class::isInstance);
        assertThat(hosts.client.call(() -> diag.dump(filter, entry -> {}))).isEqualTo(new DumpAnswer.Complete(0));
    }

    @Test
    void shouldDestroyAThousandInBatchesAndReportEachInItsPlace() {
        int first = nextPort;
        nextPort += 1000;
        for (int port = first; port < first + 1000; port++) {
            try (Connection connection = hosts.connect(Flavour.IPV4, port)) {
                connection.closeClientFirst();
            }
        }
        DumpFilter filter = DumpFilter.states(TcpState.TIME_WAIT).sourcePorts(first, first + 999);
        Await.until(
                () -> hosts.client.call(() -> diag.dump(filter, entry -> {})), new DumpAnswer.Complete(1000)::equals);
        List<TimeWaitSocket> sockets = new ArrayList<>();
        hosts.client.run(() -> diag.dump(filter, entry -> sockets.add(entry.timeWaitSocket())));
        for (int i = 0; i < 1000; i += 10) {
            assertThat(destroy(sockets.get(i))).isInstanceOf(DestroyOutcome.Destroyed.class);
        }

        List<DestroyOutcome> outcomes = hosts.client.call(() -> diag.destroy(sockets));

        for (int i = 0; i < 1000; i++) {
            assertThat(outcomes.get(i))
                    .as("socket %d", i)
                    .isInstanceOf(i % 10 == 0 ? DestroyOutcome.AlreadyGone.class : DestroyOutcome.Destroyed.class);
        }
        assertThat(hosts.client.call(() -> diag.dump(filter, entry -> {}))).isEqualTo(new DumpAnswer.Complete(0));
    }

    @Test
    void shouldReportEachOutcomeEvenIfTheKernelsErrorsDoNotFitTheReceiveBuffer() {
        int soRcvbuf = 8;
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            TimeWaitSocket socket = awaitTimeWait(connection.tuple(), connection.closeClientFirst());
            assertThat(SocketOptions.setInt(diag.netlink.fd, LibC.SOL_SOCKET, soRcvbuf, 1))
                    .isEqualTo(Errno.NONE);

            List<DestroyOutcome> outcomes = hosts.client.call(() -> diag.destroy(Collections.nCopies(64, socket)));

            // The first removed it, in the batch whose answers were lost; asked again it is already gone.
            assertThat(outcomes).hasSize(64).allMatch(DestroyOutcome.AlreadyGone.class::isInstance);
            assertThat(get(connection.tuple())).isInstanceOf(SocketAnswer.Free.class);
        }
    }

    @Test
    void shouldOfferNoWayToDestroyWithoutProof() {
        assertThat(TimeWaitSocket.class.getConstructors()).isEmpty();
        assertThat(TimeWaitSocket.class).isFinal();
        assertThat(Arrays.stream(SocketDiag.class.getMethods())
                        .filter(method -> method.getReturnType() == DestroyOutcome.class))
                .isNotEmpty()
                .allMatch(method -> List.of(method.getParameterTypes()).equals(List.of(TimeWaitSocket.class)));
    }

    @Test
    void shouldSayNotPermittedWithoutNetAdmin() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++);
                Host ordinary = hosts.besideClient()) {
            TimeWaitSocket socket = awaitTimeWait(connection.tuple(), connection.closeClientFirst());
            ordinary.run(ThreadCapabilities::dropAll);

            ordinary.run(() -> {
                try (SocketDiag weak = SocketDiag.open()) {
                    assertThat(weak.get(connection.tuple())).isInstanceOf(TimeWaitSocket.class);
                    assertThat(weak.destroy(socket)).isInstanceOf(DestroyOutcome.NotPermitted.class);
                    assertThat(weak.destroy(List.of(socket, socket)))
                            .hasSize(2)
                            .allMatch(DestroyOutcome.NotPermitted.class::isInstance);
                }
            });

            assertThat(get(connection.tuple())).isInstanceOf(TimeWaitSocket.class);
        }
    }

    @Test
    void shouldRefuseQuestionsFromInsideADumpAndRecover() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            DumpFilter all = DumpFilter.states(TcpState.ESTABLISHED);

            assertThatThrownBy(() -> hosts.client.run(() -> diag.dump(all, entry -> diag.get(entry.tuple()))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dump is running");

            assertThat(get(connection.tuple())).isInstanceOf(SocketAnswer.Held.class);
            assertThat(hosts.client.call(() -> diag.dump(all, entry -> {}))).isInstanceOf(DumpAnswer.Complete.class);
        }
    }

    @Test
    void shouldRefuseAnotherThread() {
        assertThatThrownBy(() -> diag.get(Flavour.IPV4.tuple(1))).isInstanceOf(WrongThreadException.class);
    }

    @Test
    void shouldRefuseCookiesThatMeanAny() {
        assertThatThrownBy(() -> getWithCookie(Flavour.IPV4.tuple(1), -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> getWithCookie(Flavour.IPV4.tuple(1), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private SocketAnswer get(TcpTuple tuple) {
        return hosts.client.call(() -> diag.get(tuple));
    }

    private SocketAnswer getWithCookie(TcpTuple tuple, long cookie) {
        return hosts.client.call(() -> diag.getWithCookie(tuple, cookie));
    }

    private DestroyOutcome destroy(TimeWaitSocket socket) {
        return hosts.client.call(() -> diag.destroy(socket));
    }

    private TimeWaitSocket awaitTimeWait(TcpTuple tuple, long cookie) {
        return (TimeWaitSocket) Await.until(() -> getWithCookie(tuple, cookie), TimeWaitSocket.class::isInstance);
    }
}

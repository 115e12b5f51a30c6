package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.names.NameService;
import dev.tidewait.proxy.names.NameSettings;
import dev.tidewait.proxy.names.SystemNames;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other settings while clients are served. */
class ReloadTest {
    private static final int MILLIS = 10_000;

    private final EventLoops loops = EventLoops.open(Transport.EPOLL, 2);
    private final ServerSocket origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CountedMetrics metrics = new CountedMetrics();
    private ProxyServer server = start(loops);

    ReloadTest() throws IOException {
        origin.setSoTimeout(MILLIS);
        other.setSoTimeout(MILLIS);
    }

    private ProxyServer start(EventLoops on) throws IOException {
        return ProxyServer.start(
                on, new PlainConnector(on), patient(tcp("web", 0, origin)), metrics, new KeptRecords());
    }

    @AfterEach
    void stop() throws IOException {
        server.stop().join();
        loops.close();
        origin.close();
        other.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseNobodyWhileAnAddressStays(Transport kind) throws Exception {
        server.stop().join();
        try (EventLoops own = EventLoops.open(kind, 2);
                EchoingOrigin echo = new EchoingOrigin()) {
            server = ProxyServer.start(
                    own, new PlainConnector(own), patient(tcp("web", 0, echo.socket)), metrics, new KeptRecords());
            int port = port("web");
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger served = new AtomicInteger();
            CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    EchoingOrigin.ask(port);
                    served.incrementAndGet();
                }
            });
            for (int i = 0; i < 30; i++) {
                server.reload(patient(tcp(i % 2 == 0 ? "web" : "www", port, echo.socket), tcp("more" + i, 0, other)));
                int before = served.get();
                Until.isTrue("served again", () -> served.get() > before || clients.isDone());
            }
            done.set(true);
            clients.get(10, TimeUnit.SECONDS);
            server.stop().join();
        }
    }

    @Test
    void shouldServeNewClientsByNewSettingsAndLetOldOnesGoOn() throws Exception {
        try (Socket old = client("web");
                Socket oldServer = origin.accept()) {
            assertEchoes(old, oldServer);
            server.reload(patient(tcp("web", port("web"), other)));
            try (Socket fresh = client("web");
                    Socket freshServer = other.accept()) {
                assertEchoes(fresh, freshServer);
                assertEchoes(old, oldServer);
            }
        }
    }

    @Test
    void shouldCloseWhatIsGoneAndOpenWhatIsNew() throws Exception {
        int gone = port("web");
        try (Socket old = client("web");
                Socket oldServer = origin.accept()) {
            assertEchoes(old, oldServer);
            server.reload(patient(tcp("db", 0, other)));
            assertThatThrownBy(() -> connect(gone)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> server.address("web")).isInstanceOf(NoSuchElementException.class);
            try (Socket fresh = client("db");
                    Socket freshServer = other.accept()) {
                assertEchoes(fresh, freshServer);
            }
            assertEchoes(old, oldServer);
            assertThat(server.activeCount()).isPositive();
        }
    }

    @Test
    void shouldLookNamesUpByOtherSettings() throws Exception {
        server.stop().join();
        HostPort named = new HostPort("origin.test", origin.getLocalPort());
        TcpListenerSettings web = new TcpListenerSettings("web", Bench.loopback(0), List.of(named));
        NameSettings fewQuestions =
                new NameSettings(NameService.DNS, List.of(), false, 10, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
        server = ProxyServer.start(
                loops,
                new PlainConnector(loops),
                new ProxySettings(List.of(web), Bench.PATIENT),
                metrics,
                new KeptRecords(),
                names -> new SystemNames(
                        host -> {
                            if (names.equals(fewQuestions)) {
                                return new InetAddress[] {InetAddress.getLoopbackAddress()};
                            }
                            throw new UnknownHostException(host);
                        },
                        10));
        try (Socket unserved = client("web")) {
            assertThat(unserved.getInputStream().read()).isEqualTo(-1);
        }
        TcpListenerSettings same = new TcpListenerSettings("web", Bench.loopback(port("web")), List.of(named));
        server.reload(new ProxySettings(
                List.of(same),
                Bench.PATIENT,
                UserRules.NONE,
                ClientLimits.Limits.NONE,
                fewQuestions,
                HttpSettings.DEFAULTS));
        try (Socket fresh = client("web");
                Socket freshServer = origin.accept()) {
            assertEchoes(fresh, freshServer);
        }
        assertThat(server.nameStatistics().asked()).isEqualTo(1);
    }

    @Test
    void shouldLeaveEverythingAsItIsWhereAnAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = port("web");
            int free = unused();
            assertThatThrownBy(() -> server.reload(patient(
                            tcp("first", free, other),
                            tcp("web", port, other),
                            tcp("second", taken.getLocalPort(), other))))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("Listener second cannot listen on 127.0.0.1:" + taken.getLocalPort());
            assertThatThrownBy(() -> connect(free)).isInstanceOf(IOException.class);
            try (Socket client = client("web");
                    Socket accepted = origin.accept()) {
                assertEchoes(client, accepted);
            }
        }
    }

    @Test
    void shouldKeepAnAddressWhoseListenerIsCalledOtherwise() throws Exception {
        int port = port("web");
        server.reload(patient(tcp("www", port, origin)));
        assertThat(port("www")).isEqualTo(port);
        try (Socket client = connect(port);
                Socket accepted = origin.accept()) {
            assertEchoes(client, accepted);
        }
    }

    @Test
    void shouldWidenAndNarrowAnAddress() throws Exception {
        int port = port("web");
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", port);
        server.reload(patient(new TcpListenerSettings("web", everywhere, to(origin))));
        assertThat(server.address("web").getAddress().isAnyLocalAddress()).isTrue();
        try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.5"), port);
                Socket accepted = origin.accept()) {
            assertEchoes(client, accepted);
        }
        server.reload(patient(tcp("web", port, other)));
        assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.5"), port))
                .isInstanceOf(IOException.class);
        try (Socket client = connect(port);
                Socket accepted = other.accept()) {
            assertEchoes(client, accepted);
        }
    }

    /** A start with the same settings would not get the address either. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldNotListenBesideAnAddressThatStays(String staying) throws Exception {
        int port = port("web");
        TcpListenerSettings stays = new TcpListenerSettings(
                "stays", new InetSocketAddress(InetAddress.ofLiteral(staying), port), to(other));
        server.reload(patient(stays));
        TcpListenerSettings wide = new TcpListenerSettings("wide", new InetSocketAddress("0.0.0.0", port), to(origin));
        assertThatThrownBy(() -> server.reload(patient(stays, wide)))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("Listener wide cannot listen on 0.0.0.0:" + port);
        try (Socket client = new Socket(InetAddress.ofLiteral(staying), port);
                Socket accepted = other.accept()) {
            assertEchoes(client, accepted);
        }
        server.stop().join();
        assertThatThrownBy(() -> ProxyServer.start(
                        loops, new PlainConnector(loops), patient(stays, wide), metrics, new KeptRecords()))
                .isInstanceOf(BindException.class);
    }

    @Test
    void shouldNotListenBesideOneThatStaysThoughAnotherGoes() throws Exception {
        int port = port("web");
        TcpListenerSettings stays =
                new TcpListenerSettings("stays", new InetSocketAddress("127.0.0.2", port), to(other));
        server.reload(patient(stays, tcp("web", port, origin)));
        TcpListenerSettings wide = new TcpListenerSettings("web", new InetSocketAddress("0.0.0.0", port), to(origin));
        assertThatThrownBy(() -> server.reload(patient(stays, wide))).isInstanceOf(BindException.class);
        try (Socket client = client("web");
                Socket accepted = origin.accept()) {
            assertEchoes(client, accepted);
        }
    }

    @Test
    void shouldRefuseNewClientsByNewRules() throws Exception {
        try (Socket old = client("web");
                Socket oldServer = origin.accept()) {
            assertEchoes(old, oldServer);
            server.reload(patient(new TcpListenerSettings(
                    "web", Bench.loopback(port("web")), to(origin), List.of(Cidr.parse("192.0.2.0/24")))));
            try (Socket refused = client("web")) {
                assertThat(refused.getInputStream().read()).isEqualTo(-1);
            }
            assertEchoes(old, oldServer);
        }
    }

    @Test
    void shouldTakeNewTimeOutsFromTheNextStepOn() throws Exception {
        try (Socket old = client("web");
                Socket oldServer = origin.accept()) {
            assertEchoes(old, oldServer);
            server.reload(new ProxySettings(
                    List.of(tcp("web", port("web"), origin)),
                    Bench.timeouts(Duration.ofMillis(200), Duration.ofMillis(200))));
            Until.isTrue("the short idle time-out ends it after its next byte", () -> {
                try {
                    old.getOutputStream().write(1);
                    oldServer.setSoTimeout(1_000);
                    oldServer.getInputStream().read();
                    return oldServer.getInputStream().read() == -1;
                } catch (IOException notYet) {
                    return false;
                }
            });
            assertThat(old.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldCountByNameOverReloads() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        server.stop().join();
        server = ProxyServer.start(
                loops,
                new PlainConnector(loops),
                patient(tcp("web", 0, origin)),
                listener -> {
                    asked.incrementAndGet();
                    return metrics;
                },
                new KeptRecords());
        server.reload(patient(tcp("web", 0, other)));
        server.reload(patient(tcp("web", 0, other), tcp("db", 0, other)));
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldNotChangeAnythingWhileItStops() {
        server.stop().join();
        assertThatThrownBy(() -> server.reload(patient(tcp("web", 0, other))))
                .isInstanceOf(IllegalStateException.class);
    }

    private static ProxySettings patient(ListenerSettings... listeners) {
        return new ProxySettings(List.of(listeners), Bench.PATIENT);
    }

    private static TcpListenerSettings tcp(String name, int port, ServerSocket to) {
        return new TcpListenerSettings(name, Bench.loopback(port), to(to));
    }

    private static List<HostPort> to(ServerSocket server) {
        return List.of(new HostPort("127.0.0.1", server.getLocalPort()));
    }

    private int port(String listener) {
        return server.address(listener).getPort();
    }

    private Socket client(String listener) throws IOException {
        return connect(port(listener));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(MILLIS);
        socket.connect(Bench.loopback(port), MILLIS);
        return socket;
    }

    private static int unused() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return nobody.getLocalPort();
        }
    }

    private static void assertEchoes(Socket client, Socket accepted) throws IOException {
        client.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        accepted.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
    }
}

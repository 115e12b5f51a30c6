package dev.tidewait.app.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.ports.AgeAtReuse;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.Ending;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.PortSet;
import dev.tidewait.ports.SourceSnapshot;
import dev.tidewait.proxy.HttpProxyListenerSettings;
import dev.tidewait.proxy.ListenerMetrics;
import dev.tidewait.proxy.SentOver;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin endpoint over real sockets. */
final class AdminServerTest {
    private static final int SOCKET_MILLIS = 10_000;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicBoolean accepting = new AtomicBoolean(true);
    private final List<PoolSnapshot> pools = new ArrayList<>();
    private final ProxyCounters exchanges = new ProxyCounters();
    private final OutgoingCounters connections = new OutgoingCounters();
    private final PortsView view = new PortsView() {
        @Override
        public List<PoolSnapshot> pools() {
            return pools;
        }

        @Override
        public PortSet usable() {
            return PortSet.range(20_000, 20_999);
        }

        @Override
        public long destroyedCount() {
            return 7;
        }
    };
    private final CountDownLatch slowMayGo = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    private AdminServer server;

    AdminServerTest() throws IOException {
        server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
    }

    private AdminServer start(InetSocketAddress bind, boolean remote) throws BindException {
        return AdminServer.start(
                loops,
                NioServerSocketChannel.class,
                bind,
                remote,
                Map.of(
                        "/healthz",
                        new HealthPage(accepting::get),
                        "/ports",
                        new PortsPage(view),
                        "/metrics",
                        new MetricsPage(exchanges, connections, view, new HttpMetricFamilies(exchanges, () -> 5)),
                        "/broken",
                        () -> {
                            throw new IOException("broken on purpose");
                        },
                        "/slow",
                        this::slow),
                Map.of(
                        "/do",
                        () -> AdminHandler.plain(200, "done " + done.incrementAndGet() + "\n"),
                        "/slow-do",
                        this::slow));
    }

    private Page.Answer slow() {
        try {
            slowMayGo.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return AdminHandler.plain(200, "slow\n");
    }

    @AfterEach
    void stop() {
        slowMayGo.countDown();
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldSayWhetherTheProxyAccepts() throws IOException {
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nok\n");
        accepting.set(false);
        assertThat(get("/healthz")).startsWith("HTTP/1.1 503").endsWith("draining\n");
    }

    @Test
    void shouldShowEveryLedgerTheMostEndangeredFirst() throws IOException {
        pools.add(pool("192.0.2.1", 10, 5, 0, -1));
        pools.add(pool("192.0.2.2", 10, 900, 0, 12.5));
        pools.add(pool("192.0.2.3", 10, 990, 3, 40));

        String body = get("/ports");

        assertThat(body).contains("content-type: application/json");
        assertThat(body.indexOf("192.0.2.3:80")).isLessThan(body.indexOf("192.0.2.2:80"));
        assertThat(body.indexOf("192.0.2.2:80")).isLessThan(body.indexOf("192.0.2.1:80"));
        assertThat(body)
                .contains("\"ports\":\"20000-20999\"", "\"portCount\":1000", "\"destinationCount\":3")
                .contains("\"leased\":10,\"cooling\":900", "\"timeToExhaustionSeconds\":12.5")
                .contains("\"timeToExhaustionSeconds\":null", "\"waiting\":3")
                .contains("\"ageAtReuse\":{\"count\":4,\"minMillis\":1000,\"medianMillis\":2000,\"maxMillis\":3000}")
                .contains("\"sources\":[{\"source\":\"198.51.100.1\"");
    }

    @Test
    void shouldBoundThePortsPage() throws IOException {
        for (int i = 0; i < PortsPage.MOST_DESTINATIONS + 5; i++) {
            pools.add(pool("10.0." + i / 256 + "." + i % 256, 1, 1, 0, -1));
        }

        String body = get("/ports");

        assertThat(body).contains("\"destinationCount\":1005");
        assertThat(body.split("\"destination\":", -1)).hasSize(PortsPage.MOST_DESTINATIONS + 1);
    }

    @Test
    void shouldCountExchangesAndConnections() throws IOException {
        ListenerMetrics listener = exchanges.listener(new HttpProxyListenerSettings(
                "web", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), AccessRules.DEFAULTS));
        listener.accepted();
        listener.accepted();
        listener.connected(20, 3_000_000);
        listener.connectFailed(Reason.NO_PORT);
        listener.nameFailed(NameFailure.TIMED_OUT);
        listener.ended(EndCause.CLIENT_CLOSED, 100, 2_000, 1);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        connections.opened(new LeasedConnection(any, any, 0, 1, -1, 1), 0);
        connections.opened(new LeasedConnection(any, any, 0, 1, 1_500, 1), 0);
        connections.closed(new LeasedConnection(any, any, 0, 1, -1, 1), Ending.of(Ending.Close.PEER_FIRST), 0);

        assertThat(get("/metrics"))
                .contains("content-type: text/plain; version=0.0.4")
                .contains("tidewait_client_connections_accepted_total{listener=\"web\"} 2.0")
                .contains("tidewait_exchanges_active{listener=\"web\"} 1.0")
                .contains("tidewait_server_connect_failures_total{listener=\"web\",reason=\"no_port\"} 1.0")
                .contains("tidewait_name_failures_total{listener=\"web\",reason=\"timed_out\"} 1.0")
                .contains("tidewait_relayed_bytes_total{direction=\"down\",listener=\"web\"} 2000.0")
                .contains("tidewait_server_connect_seconds_bucket{listener=\"web\",le=\"0.0025\"} 0")
                .contains("tidewait_server_connect_seconds_bucket{listener=\"web\",le=\"0.005\"} 1")
                .contains("tidewait_port_wait_seconds_sum{listener=\"web\"} 0.02")
                .contains("tidewait_outgoing_opened_total 2.0")
                .contains("tidewait_outgoing_closed_total{close=\"peer_first\"} 1.0")
                .contains("tidewait_age_at_reuse_seconds_bucket{le=\"1.0\"} 0")
                .contains("tidewait_age_at_reuse_seconds_bucket{le=\"2.0\"} 1")
                .contains("tidewait_time_wait_destroyed_total 7.0");
    }

    @Test
    void shouldCountHttpRequestsByTheConnectionTheyWereSentOver() throws IOException {
        ListenerMetrics listener = exchanges.listener(new HttpProxyListenerSettings(
                "web", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), AccessRules.DEFAULTS));
        for (int i = 0; i < 7; i++) {
            listener.requested();
        }
        listener.requestSent(SentOver.FRESH);
        listener.requestSent(SentOver.REUSED);
        listener.requestSent(SentOver.REUSED);
        listener.requestSent(SentOver.REUSED);
        listener.requestSent(SentOver.REPEATED);

        assertThat(get("/metrics"))
                .contains("tidewait_http_requests_total{listener=\"web\"} 7.0")
                .contains("tidewait_http_requests_sent_total{connection=\"fresh\",listener=\"web\"} 1.0")
                .contains("tidewait_http_requests_sent_total{connection=\"reused\",listener=\"web\"} 3.0")
                .contains("tidewait_http_requests_sent_total{connection=\"repeated\",listener=\"web\"} 1.0")
                .contains("tidewait_server_connections_idle 5.0");
    }

    @Test
    void shouldSumDestinationsBeyondTheMostEndangered() throws IOException {
        for (int i = 0; i < PortMetricFamilies.MOST_DESTINATIONS + 3; i++) {
            pools.add(pool("10.0.0." + i, 2, 1, 0, i < 3 ? 500 + i : i));
        }

        String body = get("/metrics");

        assertThat(body)
                .contains("tidewait_ports{destination=\"other\",state=\"leased\"} 6.0")
                .contains("tidewait_time_to_exhaustion_seconds{destination=\"other\"} 500.0")
                .contains("tidewait_destinations 53.0")
                .doesNotContain("destination=\"10.0.0.0:80\"");
        assertThat(body.lines().filter(line -> line.startsWith("tidewait_lease_rate{")))
                .hasSize(51);
    }

    @Test
    void shouldListThePathsWhereThereIsNothing() throws IOException {
        assertThat(get("/")).startsWith("HTTP/1.1 404").contains("/healthz\n", "/metrics\n", "/ports\n");
        assertThat(get("/healthz?verbose")).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws IOException {
        String answer = exchange("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("content-length: 3")
                .endsWith("\r\n\r\n");
    }

    @Test
    void shouldRefuseEverythingElse() throws IOException {
        assertThat(exchange("POST /ports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 405")
                .contains("allow: GET, HEAD");
        assertThat(exchange("GET /ports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"))
                .startsWith("HTTP/1.1 413");
        assertThat(exchange("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(exchange("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(exchange("GET / HTTP/1.1\r\nA: " + "a".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost",
                "Host: LocalHost:8404",
                "Host: 127.0.0.1",
                "Host: [::1]:8404",
                "Host: 192.0.2.7:80",
                "A: b"
            })
    void shouldAnswerWhoCallsItByAddress(String field) throws IOException {
        assertThat(exchange("GET /healthz HTTP/1.1\r\n" + field + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    /** A page whose name was made to point here must not read the answers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8404",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "[evil]",
                ""
            })
    void shouldNotAnswerToNames(String host) throws IOException {
        assertThat(exchange("GET /ports HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421")
                .contains("admin.allow-remote")
                .doesNotContain("destinationCount");
        assertThat(exchange("GET /ports HTTP/1.1\r\nHost: localhost\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void shouldAnswerToNamesWhereOtherHostsMayCall() throws IOException {
        server.close();
        server = start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), true);
        assertThat(exchange("GET /healthz HTTP/1.1\r\nHost: proxy.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldKeepAConnectionForTheNextRequest() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
                assertThat(readUntil(socket, "ok\n")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void shouldAnswerOthersWithAnErrorWhenAPageFails() throws IOException {
        assertThat(get("/broken")).startsWith("HTTP/1.1 500");
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldSendAwayWhoComesWhenTheLineIsFull() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < AdminServer.MOST_QUEUED + 4; i++) {
                sockets.add(connect());
                sockets.getLast()
                        .getOutputStream()
                        .write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            }
            List<Socket> answered = awaitAnswers(sockets, 3); // one is written, the line is full
            for (Socket socket : answered) {
                assertThat(readUntil(socket, "later\n")).startsWith("HTTP/1.1 503");
            }
            slowMayGo.countDown();
            sockets.removeAll(answered);
            for (Socket socket : sockets) {
                assertThat(readUntil(socket, "slow\n")).startsWith("HTTP/1.1 200");
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Waits until so many of the connections have something to read. */
    private static List<Socket> awaitAnswers(List<Socket> sockets, int count) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SOCKET_MILLIS);
        List<Socket> answered = new ArrayList<>();
        while (answered.size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("only " + answered.size() + " were answered");
            }
            LockSupport.parkNanos(1_000_000);
            answered.clear();
            for (Socket socket : sockets) {
                if (socket.getInputStream().available() > 0) {
                    answered.add(socket);
                }
            }
        }
        return answered;
    }

    @Test
    void shouldBoundConnections() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < AdminServer.MOST_CONNECTIONS; i++) {
                sockets.add(connect());
                sockets.getLast()
                        .getOutputStream()
                        .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
                readUntil(sockets.getLast(), "ok\n");
            }
            try (Socket tooMany = connect()) {
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheAddressIsTaken() {
        assertThatThrownBy(() -> start(server.address(), false))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("the admin endpoint cannot listen on 127.0.0.1:"
                        + server.address().getPort())
                .hasMessageContaining("admin.bind");
    }

    @Test
    void shouldActOnPostOnlyAndNeverForAWebPage() throws IOException {
        String head = " /do HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        assertThat(exchange("GET" + head + "\r\n")).startsWith("HTTP/1.1 405").contains("allow: POST");
        assertThat(exchange("POST" + head + "Origin: http://127.0.0.1:8404\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(exchange("POST" + head.replace("localhost", "evil.example") + "\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(exchange("POST" + head + "Content-Length: 3\r\n\r\nabc")).startsWith("HTTP/1.1 413");
        assertThat(exchange("POST" + head.replace("/do", "/ports") + "\r\n")).startsWith("HTTP/1.1 405");
        assertThat(done).hasValue(0);
        assertThat(exchange("POST" + head + "Content-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("done 1\n");
    }

    @Test
    void shouldShowPagesWhileAnActionTakesItsTime() throws IOException {
        try (Socket acting = connect()) {
            acting.getOutputStream()
                    .write("POST /slow-do HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(ISO_8859_1));
            assertThat(get("/healthz")).startsWith("HTTP/1.1 200 OK");
            assertThat(get("/metrics")).startsWith("HTTP/1.1 200 OK");
            slowMayGo.countDown();
            assertThat(readUntil(acting, "slow\n")).startsWith("HTTP/1.1 200");
        }
    }

    private String get(String path) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(SOCKET_MILLIS);
        socket.connect(server.address(), SOCKET_MILLIS);
        return socket;
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    private static PoolSnapshot pool(String address, int leased, int cooling, int waiting, double secondsLeft) {
        SourceSnapshot source = new SourceSnapshot(
                IpAddress.of(InetAddress.ofLiteral("198.51.100.1")),
                1_000,
                leased,
                cooling,
                0,
                0,
                1_000 - leased - cooling,
                cooling,
                leased + cooling);
        return new PoolSnapshot(
                new Destination(IpAddress.of(InetAddress.ofLiteral(address)), 80),
                List.of(source),
                5,
                secondsLeft,
                new AgeAtReuse(4, 1_000, 2_000, 3_000),
                waiting,
                0,
                0,
                1_000,
                1_000,
                false);
    }
}

package dev.tidewait.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.TcpCounters;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which segments the proxy sends for HTTP requests with connections of their own, and that none is saved at the cost of a peer that waits for it. */
@NeedsRoot
@Timeout(60)
@SuppressWarnings("NullAway.Init") // the bed is made before each test
class HttpSegmentsTest {
    /**
     * To the client: SYN, the answer with our FIN, an acknowledgement of its FIN. To the server: SYN, the request, our FIN, an
     * acknowledgement of its FIN. Before Linux 6.7 (no such sysctl) an answer is acknowledged alone.
     */
    private static final int SEGMENTS = Files.exists(Path.of("/proc/sys/net/ipv4/tcp_pingpong_thresh")) ? 7 : 8;

    private static final double TOLERANCE = 0.1;
    private static final int REQUESTS = 1_000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final int CONVERSATIONS = 30;
    /** A busy machine may be late by 40 ms now and then. */
    private static final int MOST_LATE = CONVERSATIONS / 3;

    private Topology topology;
    private ProxyUnderTest proxy;

    @BeforeEach
    void makeBed() {
        topology = Topology.proxied(TopologyPlan.STANDARD);
        proxy = ProxyUnderTest.start(
                topology.proxy(),
                new ProxyUnderTest.Plan(
                        topology.proxyListener(),
                        Optional.empty(),
                        topology.proxySources(),
                        List.of("http: { keepAlive: false }")),
                "1024-9999");
    }

    @AfterEach
    void removeBed() {
        proxy.close();
        topology.close();
    }

    @Test
    @SuppressWarnings("try") // the origin has only to be there
    void shouldSendNoMoreSegmentsThanAreListed() {
        try (Origin origin = Origin.start(topology.server(), topology.origin())) {
            TcpCounters before = counters();
            LoadPlan plan = LoadPlan.to(topology.proxyListener(), topology.clients(2))
                    .withHttp(HttpRequests.DIRECT.withProxyTo(authority()))
                    .withPace(new Pace.ClosedLoop(8))
                    .withDuration(DEADLINE)
                    .withDeadline(DEADLINE)
                    .withLimit(REQUESTS);
            try (Load load = Load.start(topology.client(), plan, second -> {})) {
                LoadReport report = load.await();
                assertThat(report.done()).isEqualTo(REQUESTS);
                assertThat(report.failed()).isZero();
            }
            TcpCounters after = counters();

            assertThat((double) growth("TcpOutSegs", after, before) / REQUESTS)
                    .as("segments sent for each request")
                    .isLessThanOrEqualTo(SEGMENTS + TOLERANCE);
            assertThat(growth("TcpOutRsts", after, before)).isZero();
        }
    }

    /** With Nagle's algorithm the second piece is sent when the first was acknowledged. */
    @Test
    @SuppressWarnings("try") // the origin has only to be there
    void shouldNotLetAClientWaitThatWritesARequestInPieces() {
        try (Origin origin = Origin.start(topology.server(), topology.origin())) {
            TcpCounters before = counters();
            for (int i = 0; i < CONVERSATIONS; i++) {
                String start = "POST http://" + authority() + "/c HTTP/1.1\r\nHost: " + authority() + "\r\n";
                assertThat(answerToPieces(start, "Connection: close\r\nContent-Length: 3\r\n\r\n", "abc"))
                        .startsWith("HTTP/1.1 200 OK\r\n");
            }
            assertThat(growth("TcpExtDelayedACKs", counters(), before)).isLessThan(MOST_LATE);
        }
    }

    /** With Nagle's algorithm, as above. */
    @Test
    void shouldNotLetAServerWaitThatWritesAnAnswerInPieces() throws Exception {
        try (ServerSocket listener = topology.server()
                .call(() -> new ServerSocket(
                        Topology.ORIGIN_PORT, 50, topology.origin().getAddress()))) {
            Thread.ofPlatform().daemon().name("halting-origin").start(() -> answerInPieces(listener));
            TcpCounters before = counters();
            for (int i = 0; i < CONVERSATIONS; i++) {
                String request = "GET http://" + authority() + "/ HTTP/1.1\r\nHost: " + authority() + "\r\n";
                assertThat(answerToPieces(request + "Connection: close\r\n\r\n"))
                        .endsWith("\r\n\r\nabc");
            }
            assertThat(growth("TcpExtDelayedACKs", counters(), before)).isLessThan(MOST_LATE);
        }
    }

    private static void answerInPieces(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout((int) DEADLINE.toMillis());
                assertThat(socket.getInputStream().read()).isEqualTo('G');
                write(socket, "HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n\r\n", "abc");
                socket.getInputStream().readAllBytes(); // to its end
            } catch (IOException closed) {
                assertThat(listener.isClosed()).isTrue();
            }
        }
    }

    private String answerToPieces(String... pieces) {
        return topology.client().call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(topology.proxyListener());
                socket.setSoTimeout((int) DEADLINE.toMillis());
                write(socket, pieces);
                return new String(socket.getInputStream().readAllBytes(), US_ASCII);
            }
        });
    }

    private static void write(Socket socket, String... pieces) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (String piece : pieces) {
            out.write(piece.getBytes(US_ASCII));
        }
    }

    private String authority() {
        return LoadPlan.endpoint(topology.origin());
    }

    private TcpCounters counters() {
        return topology.proxy().call(TcpCounters::read);
    }

    private static long growth(String name, TcpCounters now, TcpCounters before) {
        return now.growth(name, before).orElseThrow();
    }
}

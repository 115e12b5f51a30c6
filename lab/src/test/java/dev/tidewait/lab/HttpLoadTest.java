package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The HTTP side of load and origin, against each other and against servers that answer wrongly. */
@NeedsRoot
@SuppressWarnings("NullAway.Init") // the bed is made before all tests
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpLoadTest {
    private Topology topology;

    @BeforeAll
    void makeBed() {
        topology = Topology.direct(TopologyPlan.STANDARD);
    }

    @AfterAll
    void removeBed() {
        topology.close();
    }

    @ParameterizedTest
    @EnumSource(CloseOrder.class)
    void shouldEndAsThePathAsks(CloseOrder close) {
        LoadPlan plan = plan(HttpRequests.DIRECT).withEnding(close).withLimit(2_000);
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();
            OriginReport counted = origin.stop();

            assertThat(report.failures()).isEmpty();
            assertThat(report.done()).isEqualTo(2_000);
            assertThat(counted.answered()).isEqualTo(2_000);
            assertThat(counted.accepted()).isEqualTo(2_000);
            assertThat(
                            switch (close) {
                                case CLIENT -> counted.endedByClient();
                                case SERVER -> counted.endedByServer();
                                case RESET -> counted.resetByServer();
                            })
                    .isEqualTo(2_000);
            assertThat(counted.otherErrors() + counted.earlyEof() + counted.open())
                    .isZero();
        }
    }

    @Test
    void shouldSendManyRequestsOnEachConnection() {
        LoadPlan plan = plan(HttpRequests.DIRECT.withPerConnection(50))
                .withPace(new Pace.ClosedLoop(4))
                .withLimit(1_000);
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();
            OriginReport counted = origin.stop();

            assertThat(report.failures()).isEmpty();
            assertThat(report.answeredMicros().getTotalCount()).isEqualTo(1_000);
            assertThat(counted.answered()).isEqualTo(1_000);
            assertThat(counted.accepted()).isBetween(20L, 24L);
        }
    }

    @Test
    void shouldCountAllRequestsForTheRateOfAnOpenLoop() {
        LoadPlan plan = plan(HttpRequests.DIRECT.withPerConnection(10))
                .withPace(new Pace.OpenLoop(400, 100))
                .withDuration(Duration.ofSeconds(2));
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();
            OriginReport counted = origin.stop();

            assertThat(report.failures()).isEmpty();
            assertThat(report.notStarted()).isZero();
            // Not counted they would be 8,000; what is open when the rate is reached still sends its ten.
            assertThat(report.done()).isBetween(800L, 1_800L).isEqualTo(counted.answered());
            assertThat(counted.accepted()).isBetween(80L, 200L);
        }
    }

    @Test
    void shouldSendBodiesThatTheOriginChecks() {
        LoadPlan plan = plan(HttpRequests.DIRECT.withBodyBytes(8_000)).withLimit(200);
        try (Origin origin = Origin.start(topology.server(), topology.origin());
                Load load = Load.start(topology.client(), plan, second -> {})) {
            assertThat(load.await().failures()).isEmpty();
            assertThat(origin.stop()).returns(200L, OriginReport::answered).returns(0L, OriginReport::otherErrors);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 503 Service Unavailable;Proxy-Status: tidewait; error=connection_limit_reached; details=\"x\";; | bad_status, the first one 503 connection_limit_reached",
                "HTTP/1.1 204 No Content;; | bad_status, the first one 204",
                "HTTP/1.1 200 OK;; | bad_answer",
                "HTTP/1.1 200 OK;Content-Length: 4;;abcx | bad_answer",
                "HTTP/1.1 200 OK;Content-Length: 3;;abcd | bad_answer",
                "HTTP/1.1 200 OK;Transfer-Encoding: chunked;;0;; | bad_answer",
                "HTTP/1.1 200 OK;Content-Length: 4;;abc | timed_out"
            })
    void shouldSayWhatIsWrongWithAnAnswer(String answer, String cause) throws Exception {
        String bytes = answer.replaceAll(";(?! )", "\r\n");
        try (ConnectServer server = ConnectServer.start(topology.server(), bytes);
                Load load = Load.start(topology.client(), throughProxy(server), second -> {})) {
            assertThat(load.await().failures()).containsExactly(Map.entry(cause, 1L));
        }
    }

    @Test
    void shouldAskAProxyInAbsoluteForm() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
        try (ConnectServer server = ConnectServer.start(topology.server(), answer);
                Load load = Load.start(topology.client(), throughProxy(server), second -> {})) {
            load.await();
            assertThat(server.firstHead())
                    .startsWith("GET http://192.0.2.7:80/c HTTP/1.1\r\nHost: 192.0.2.7:80\r\n")
                    .contains("\r\nConnection: close\r\n");
        }
    }

    private LoadPlan throughProxy(ConnectServer server) {
        return LoadPlan.to(server.address(), topology.clients(1))
                .withPace(new Pace.ClosedLoop(1))
                .withDeadline(Duration.ofSeconds(1))
                .withHttp(HttpRequests.DIRECT.withProxyTo("192.0.2.7:80"))
                .withLimit(1);
    }

    private LoadPlan plan(HttpRequests requests) {
        return LoadPlan.to(topology.origin(), topology.clients(1)).withHttp(requests);
    }
}

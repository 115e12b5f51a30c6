package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.ScheduledClients.Load;
import dev.tidewait.app.doctor.Diagnosis;
import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Time to exhaustion of Tidewait's own connections: what the doctor foretells, against the moment at which the first connection through a real proxy
 * had to stand in line for a port. Without timestamps, and with a floor that no port passes within the test.
 */
@Timeout(360)
final class OwnExhaustionTest {
    private static final double TOLERANCE = 0.2;

    /** The step of the forecast, between the ledger's answer and the time that is noted for it, and between two looks at who waits. */
    private static final double EXACT_SECONDS = 0.5;

    /** Nearer to the end than this there is nothing left to foretell. */
    private static final double LAST_SECONDS = 2;

    private static final int LEAST_FORECASTS = 5;

    /** The load is run again if a busy machine left fewer forecasts than that. */
    private static final int MOST_RUNS = 3;

    /** A forecast counts if the load kept to its schedule for so long before it; later, and it was a forecast for another load. */
    private static final double PUNCTUAL_SECONDS = 1.5;

    private static final long PREPARE_NANOS = 100_000_000;
    private static final long LOOK_NANOS = 150_000_000;
    private static final long WATCH_NANOS = 50_000_000;
    private static final double LIMIT_SECONDS = 60;

    /** 2,400 ports for each of three destinations, taken in 20 s: at half of the time the second in which a load began is the oldest of the last ten. */
    private static final String CONFIGURATION = """
            listeners:
              - { name: steady, type: tcp, bind: "127.0.0.1:15432", upstream: four }
              - { name: ramp, type: tcp, bind: "127.0.0.1:15433", upstream: six }
              - { name: tunnels, type: tcp, bind: "127.0.0.1:15434", upstream: other }
            upstreams:
              four: { servers: ["10.201.0.2:8080"] }
              six: { servers: ["[fd00:201::2]:8080"] }
              other: { servers: ["10.201.0.3:8080"] }
            sources: { ports: 20000-22399 }
            timeWait: { floor: { sequence: 90s, unknown: 90s } }
            timeouts: { portWait: 60s }
            """;

    private static final List<Load> LOADS = List.of(
            new Load("120/s", 15_432, "10.201.0.2:8080", false, 120, 0),
            new Load("20/s, 10/s more each second", 15_433, "[fd00:201:0:0:0:0:0:2]:8080", false, 20, 10),
            new Load("120/s that stay", 15_434, "10.201.0.3:8080", true, 120, 0));

    @TempDir
    private Path directory;

    /** @param byLedger not so where the destination is newer than the question, or the answer came too late on a busy machine */
    private record Prediction(Load load, double atSeconds, boolean byLedger, double seconds) {}

    /**
     * What a load has come to.
     *
     * @param real when the first had to wait, in seconds; 0 = none did
     * @param forecasts those that count
     */
    private record Outcome(Load load, double real, List<Prediction> forecasts) {}

    @Test
    void shouldForetellAConstantRateARampAndTunnelsThatStay() throws Exception {
        Path file = Files.writeString(directory.resolve("tidewait.yaml"), CONFIGURATION);
        List<Outcome> outcomes = List.of();
        for (int run = 0; run < MOST_RUNS && !areEnough(outcomes); run++) {
            List<Outcome> results = new ArrayList<>();
            InNamespace.run(() -> {
                Sysctl.write("net.ipv4.tcp_timestamps", "0");
                try (ServerHost server = new ServerHost();
                        ProxyProcess proxy = ProxyProcess.start("-c", file.toString())) {
                    server.alsoBe("10.201.0.3");
                    proxy.awaitReady();
                    results.addAll(outcomes());
                }
                return null;
            });
            outcomes = results;
            outcomes.forEach(OwnExhaustionTest::compare);
        }
        assertThat(areEnough(outcomes)).as("%s", outcomes).isTrue();
    }

    private static boolean areEnough(List<Outcome> outcomes) {
        return !outcomes.isEmpty()
                && outcomes.stream().allMatch(outcome -> outcome.forecasts.size() >= LEAST_FORECASTS);
    }

    private static List<Outcome> outcomes() throws InterruptedException {
        long begin = System.nanoTime() + PREPARE_NANOS;
        List<ScheduledClients> clients =
                LOADS.stream().map(load -> ScheduledClients.start(load, begin)).toList();
        try {
            FirstWaiting waiting = new FirstWaiting(clients, begin);
            Thread watch = Thread.ofPlatform().daemon().start(waiting::watch);
            List<Prediction> predictions = new ArrayList<>();
            try (DoctorLooks looks = DoctorLooks.open()) {
                looks.look();
                while (watch.isAlive()) {
                    double atSeconds = secondsSince(begin);
                    looks.ask();
                    Diagnosis diagnosis = looks.diagnose(0);
                    LOADS.forEach(load -> predictions.add(prediction(load, atSeconds, diagnosis)));
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            return clients.stream()
                    .map(each -> outcome(each, waiting.seconds(each), predictions))
                    .toList();
        } finally {
            clients.forEach(ScheduledClients::close);
        }
    }

    private static Prediction prediction(Load load, double atSeconds, Diagnosis diagnosis) {
        for (DestinationUse use : diagnosis.census().destinations()) {
            if (use.destination().toString().equals(load.destination())) {
                return new Prediction(
                        load,
                        atSeconds,
                        use.countedBy() == CountedBy.LEDGER,
                        use.secondsToExhaustion().orElse(Double.POSITIVE_INFINITY));
            }
        }
        return new Prediction(load, atSeconds, false, Double.POSITIVE_INFINITY);
    }

    private static Outcome outcome(ScheduledClients clients, double real, List<Prediction> predictions) {
        List<Prediction> counted = predictions.stream()
                .filter(one -> one.load.equals(clients.load()) && one.byLedger)
                .filter(one -> one.atSeconds >= real / 2 && one.atSeconds < real - LAST_SECONDS)
                .filter(one -> !clients.wasLate(one.atSeconds - PUNCTUAL_SECONDS, one.atSeconds))
                .toList();
        return new Outcome(clients.load(), real, counted);
    }

    private static void compare(Outcome outcome) {
        double worst = 0;
        for (Prediction prediction : outcome.forecasts) {
            double left = outcome.real - prediction.atSeconds;
            double error = Math.abs(prediction.seconds - left);
            worst = Math.max(worst, error / left);
            assertThat(error)
                    .as(
                            "%s: the first had to wait at %.2f s; foretold at %.2f s: in %.2f s",
                            outcome.load.name(), outcome.real, prediction.atSeconds, prediction.seconds)
                    .isLessThanOrEqualTo(Math.max(TOLERANCE * left, EXACT_SECONDS));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: the first had to wait at %.2f s; %d forecasts from half of the time on, largest error %.1f %% of the time left%n",
                outcome.load.name(),
                outcome.real,
                outcome.forecasts.size(),
                100 * worst);
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Notes when a ledger says for the first time that somebody stood in line. */
    private static final class FirstWaiting {
        private final List<ScheduledClients> clients;
        private final long begin;
        /** In the order of the clients; 0 = not yet. */
        private final double[] seconds;

        private FirstWaiting(List<ScheduledClients> clients, long begin) {
            this.clients = clients;
            this.begin = begin;
            this.seconds = new double[clients.size()];
        }

        private void watch() {
            while (!clients.stream().allMatch(each -> seconds(each) > 0) && secondsSince(begin) < LIMIT_SECONDS) {
                try {
                    note(ProxyProcess.admin("/ports"));
                } catch (IOException e) {
                    System.out.println("no answer this time: " + e);
                }
                LockSupport.parkNanos(WATCH_NANOS);
            }
        }

        private synchronized void note(String page) {
            for (int i = 0; i < seconds.length; i++) {
                String destination = clients.get(i).load().destination();
                Matcher waited = Pattern.compile(
                                "\"destination\":\"" + Pattern.quote(destination) + "\",.*?\"waited\":(\\d+)")
                        .matcher(page);
                if (seconds[i] == 0 && waited.find() && !waited.group(1).equals("0")) {
                    seconds[i] = secondsSince(begin);
                    clients.get(i).hasWaited();
                }
            }
        }

        private synchronized double seconds(ScheduledClients which) {
            return seconds[clients.indexOf(which)];
        }
    }
}

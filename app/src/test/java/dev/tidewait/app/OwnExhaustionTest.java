package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.doctor.Diagnosis;
import dev.tidewait.doctor.census.CountedBy;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.linux.Sysctl;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Time to exhaustion of Tidewait's own connections: what the doctor foretells, against the moment at which the first connection through a real proxy
 * had to stand in line for a port. Without timestamps, and with a floor that no port passes within the test.
 */
@Timeout(120)
final class OwnExhaustionTest {
    private static final double TOLERANCE = 0.2;

    /** The step of the forecast, between the ledger's answer and the time that is noted for it, and between two looks at who waits. */
    private static final double EXACT_SECONDS = 0.5;

    /** Nearer to the end than this there is nothing left to foretell. */
    private static final double LAST_SECONDS = 2;

    private static final long LOOK_NANOS = 400_000_000;
    private static final long WATCH_NANOS = 50_000_000;
    private static final double LIMIT_SECONDS = 40;
    private static final int CLIENT_THREADS = 4;

    /** Kept from the collector, which would close them. */
    private static final Queue<Socket> STAYING = new ConcurrentLinkedQueue<>();

    /** 1,200 ports for each of three destinations. */
    private static final String CONFIGURATION = """
            listeners:
              - { name: steady, type: tcp, bind: "127.0.0.1:15432", upstream: four }
              - { name: ramp, type: tcp, bind: "127.0.0.1:15433", upstream: six }
              - { name: tunnels, type: tcp, bind: "127.0.0.1:15434", upstream: other }
            upstreams:
              four: { servers: ["10.201.0.2:8080"] }
              six: { servers: ["[fd00:201::2]:8080"] }
              other: { servers: ["10.201.0.3:8080"] }
            sources: { ports: 20000-21199 }
            timeWait: { floor: { sequence: 60s, unknown: 60s } }
            timeouts: { portWait: 60s }
            """;

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws IOException {
        for (Socket socket : STAYING) {
            socket.close();
        }
    }

    /** @param stays whether its connections last until the end of the test, which leaves them ESTABLISHED; else they end at once */
    private record Load(
            String name, int listener, String destination, boolean stays, DoubleUnaryOperator connections) {}

    /** @param byLedger not so where the destination is newer than the question, or the answer came too late on a busy machine */
    private record Prediction(Load load, double atSeconds, boolean byLedger, double seconds) {}

    @Test
    void shouldForetellAConstantRateARampAndTunnelsThatStay() throws Exception {
        Load steady = new Load("120/s", 15_432, "10.201.0.2:8080", false, seconds -> 120 * seconds);
        Load ramp = new Load(
                "20/s, 20/s more each second",
                15_433,
                "[fd00:201:0:0:0:0:0:2]:8080",
                false,
                seconds -> 20 * seconds + 10 * seconds * seconds);
        Load tunnels = new Load("120/s that stay", 15_434, "10.201.0.3:8080", true, seconds -> 120 * seconds);
        Path file = Files.writeString(directory.resolve("tidewait.yaml"), CONFIGURATION);
        InNamespace.run(() -> {
            Sysctl.write("net.ipv4.tcp_timestamps", "0");
            try (ServerHost server = new ServerHost();
                    ProxyProcess proxy = ProxyProcess.start("-c", file.toString())) {
                server.alsoBe("10.201.0.3");
                proxy.awaitReady();
                foretell(List.of(steady, ramp, tunnels));
            }
            return null;
        });
    }

    private static void foretell(List<Load> loads) throws InterruptedException {
        long begin = System.nanoTime();
        FirstWaiting waiting = new FirstWaiting(loads, begin);
        loads.forEach(load -> start(load, begin, waiting));
        Thread watch = Thread.ofPlatform().daemon().start(waiting::watch);
        List<Prediction> predictions = new ArrayList<>();
        try (DoctorLooks looks = DoctorLooks.open()) {
            looks.look();
            while (watch.isAlive()) {
                double atSeconds = secondsSince(begin);
                looks.ask();
                Diagnosis diagnosis = looks.diagnose(0);
                loads.forEach(load -> predictions.add(prediction(load, atSeconds, diagnosis)));
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        for (Load load : loads) {
            compare(load, waiting.seconds(load), predictions);
        }
    }

    private static Prediction prediction(Load load, double atSeconds, Diagnosis diagnosis) {
        for (DestinationUse use : diagnosis.census().destinations()) {
            if (use.destination().toString().equals(load.destination)) {
                return new Prediction(
                        load,
                        atSeconds,
                        use.countedBy() == CountedBy.LEDGER,
                        use.secondsToExhaustion().orElse(Double.POSITIVE_INFINITY));
            }
        }
        return new Prediction(load, atSeconds, false, Double.POSITIVE_INFINITY);
    }

    private static void compare(Load load, double real, List<Prediction> predictions) {
        List<Prediction> counted = predictions.stream()
                .filter(one -> one.load.equals(load) && one.byLedger)
                .filter(one -> one.atSeconds >= real / 2 && one.atSeconds < real - LAST_SECONDS)
                .toList();
        assertThat(counted).hasSizeGreaterThan(4);
        double worst = 0;
        for (Prediction prediction : counted) {
            double left = real - prediction.atSeconds;
            double error = Math.abs(prediction.seconds - left);
            worst = Math.max(worst, error / left);
            assertThat(error)
                    .as(
                            "%s: the first had to wait at %.2f s; foretold at %.2f s: in %.2f s",
                            load.name, real, prediction.atSeconds, prediction.seconds)
                    .isLessThanOrEqualTo(Math.max(TOLERANCE * left, EXACT_SECONDS));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: the first had to wait at %.2f s; %d forecasts from half of the time on, largest error %.1f %% of the time left%n",
                load.name,
                real,
                counted.size(),
                100 * worst);
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Connects when each connection is due, until somebody had to wait; on several threads, so that one that waits holds up no other. */
    private static void start(Load load, long begin, FirstWaiting waiting) {
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < CLIENT_THREADS; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                while (!waiting.isSeen(load)) {
                    connectWhenDue(load, begin, next.getAndIncrement());
                }
            });
        }
    }

    private static void connectWhenDue(Load load, long begin, int number) {
        while (load.connections.applyAsDouble(secondsSince(begin)) <= number) {
            LockSupport.parkNanos(200_000);
        }
        try {
            Socket client = ProxyProcess.connect(load.listener);
            client.getOutputStream().write('x');
            boolean answered = client.getInputStream().read() == 'x';
            if (load.stays && answered) {
                STAYING.add(client);
            } else {
                client.close();
            }
        } catch (IOException e) {
            // Those that wait for a port are ended with the proxy; without one that fails earlier the forecast would be
            // wrong.
            LockSupport.parkNanos(WATCH_NANOS);
        }
    }

    /** Notes when a ledger says for the first time that somebody stood in line. */
    private static final class FirstWaiting {
        private final List<Load> loads;
        private final long begin;
        /** In the order of the loads; 0 = not yet. */
        private final double[] seconds;

        private FirstWaiting(List<Load> loads, long begin) {
            this.loads = loads;
            this.begin = begin;
            this.seconds = new double[loads.size()];
        }

        private void watch() {
            while (!loads.stream().allMatch(this::isSeen) && secondsSince(begin) < LIMIT_SECONDS) {
                try {
                    note(ProxyProcess.admin("/ports"));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                LockSupport.parkNanos(WATCH_NANOS);
            }
        }

        private synchronized void note(String page) {
            for (int i = 0; i < seconds.length; i++) {
                Matcher waited = Pattern.compile("\"destination\":\"" + Pattern.quote(loads.get(i).destination)
                                + "\",.*?\"waited\":(\\d+)")
                        .matcher(page);
                if (seconds[i] == 0 && waited.find() && !waited.group(1).equals("0")) {
                    seconds[i] = secondsSince(begin);
                }
            }
        }

        private boolean isSeen(Load load) {
            return seconds(load) > 0;
        }

        private synchronized double seconds(Load load) {
            return seconds[loads.indexOf(load)];
        }
    }
}

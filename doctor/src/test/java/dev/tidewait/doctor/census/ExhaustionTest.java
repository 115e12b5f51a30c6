package dev.tidewait.doctor.census;

import static dev.tidewait.doctor.census.CensusBed.CLIENT_CLOSES;
import static dev.tidewait.doctor.census.CensusBed.IPV4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The forecast against the real moment at which a program's connect() fails. */
class ExhaustionTest {
    private static final double TOLERANCE = 0.2;
    private static final int PROGRAM_THREADS = 4;
    /** Between a look and the moment that the test notes for it, and between the last port and the first connect() that fails, on a busy machine. */
    private static final double EXACT_SECONDS = 0.75;

    /** Nearer to the end than this there is nothing left to foretell. */
    private static final double LAST_SECONDS = 2;

    /** The kernel frees TIME_WAIT in batches (2 s apart at HZ=250); a forecast is early by up to that, on average half. */
    private static final double BATCH_SECONDS = 1;

    private static final long LOOK_NANOS = 500_000_000;
    private static final long LIMIT_NANOS = 110_000_000_000L;

    private final CensusBed bed = CensusBed.join();

    @AfterEach
    void close() {
        bed.close();
    }

    /**
     * With {@code -Dtidewait.long=true} at 300/s over 16,000 ports, which takes 53 s. At 600/s over the 28,232 ports of Linux' own range connect()
     * takes a whole core of a small machine once half of them are used, and the load is not what it should be.
     */
    @Test
    void shouldForetellAConstantRate() {
        if (Boolean.getBoolean("tidewait.long")) {
            foretell("300/s", 32_768, 48_767, EXACT_SECONDS, seconds -> 300 * seconds);
        } else {
            foretell("150/s", 40_000, 41_499, EXACT_SECONDS, seconds -> 150 * seconds);
        }
    }

    @Test
    void shouldForetellARamp() {
        foretell(
                "20/s, 20/s more each second",
                40_000,
                41_499,
                EXACT_SECONDS,
                seconds -> 20 * seconds + 10 * seconds * seconds);
    }

    /** The first TIME_WAIT sockets leave long before the last port is taken: 80 s, so only with {@code -Dtidewait.long=true}; else the ramp ends in 12 s. */
    @Test
    void shouldForetellARampWhileTimeWaitLeaves() {
        boolean whole = Boolean.getBoolean("tidewait.long");
        foretell(
                "20/s, 1/s more each second",
                40_000,
                whole ? 44_499 : 40_309,
                whole ? BATCH_SECONDS : EXACT_SECONDS,
                seconds -> 20 * seconds + seconds * seconds / 2);
    }

    /**
     * @param lowest first port of the range
     * @param highest last port of the range
     * @param nearSeconds an error below this is none
     * @param connections how many have begun after so many seconds
     */
    private void foretell(String load, int lowest, int highest, double nearSeconds, DoubleUnaryOperator connections) {
        bed.client.sysctl("net.ipv4.ip_local_port_range", lowest + " " + highest);
        Host program = bed.client.beside("program");
        long begin = System.nanoTime();
        List<Prediction> predictions = new ArrayList<>();
        CompletableFuture<Long> failed =
                CompletableFuture.supplyAsync(() -> program.call(() -> connectUntilFailure(begin, connections)));
        Census doctor = firstLook();
        long next = begin + LOOK_NANOS;
        while (!failed.isDone()) {
            if (System.nanoTime() >= next) {
                bed.look();
                predictions.add(prediction("watching", begin, bed.report()));
                predictions.add(prediction("two looks", begin, secondLook(doctor)));
                doctor = firstLook();
                next += LOOK_NANOS;
            }
            LockSupport.parkNanos(1_000_000);
        }
        secondLook(doctor);
        double real = (failed.join() - begin) / 1e9;
        program.close();

        List<Prediction> counted = predictions.stream()
                .filter(prediction -> prediction.atSeconds >= real / 2 && prediction.atSeconds < real - LAST_SECONDS)
                .toList();
        assertThat(counted).hasSizeGreaterThan(4);
        double worst = 0;
        for (Prediction prediction : counted) {
            double left = real - prediction.atSeconds;
            double error = Math.abs(prediction.seconds - left);
            worst = Math.max(worst, error / left);
            assertThat(error)
                    .as("%s: real moment %.2f s, %s", load, real, prediction)
                    .isLessThanOrEqualTo(Math.max(TOLERANCE * left, nearSeconds));
        }
        System.out.printf(
                Locale.ROOT,
                "%s: real moment %.2f s; %d forecasts from half of the time on, largest error %.1f %% of the time left%n",
                load,
                real,
                counted.size(),
                100 * worst);
    }

    private Census firstLook() {
        return bed.client.call(() -> {
            Census census = Census.open(OwnPorts.NONE);
            census.look(System::nanoTime);
            return census;
        });
    }

    /** As somebody sees it who asks once. */
    private CensusReport secondLook(Census census) {
        return bed.client.call(() -> {
            try (census) {
                census.look(System::nanoTime);
                return census.report(0);
            }
        });
    }

    private static Prediction prediction(String who, long begin, CensusReport report) {
        double atSeconds = (System.nanoTime() - begin) / 1e9;
        double seconds = CensusBed.find(report, IPV4, CLIENT_CLOSES)
                .map(use -> use.secondsToExhaustion().orElse(Double.POSITIVE_INFINITY))
                .orElse(Double.POSITIVE_INFINITY);
        return new Prediction(who, atSeconds, seconds);
    }

    /**
     * When connect() found no port. On several threads, because connect() takes milliseconds once half of the range is used, and one thread would slow
     * the load down.
     */
    private static long connectUntilFailure(long begin, DoubleUnaryOperator connections) {
        AtomicInteger next = new AtomicInteger();
        AtomicLong failed = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PROGRAM_THREADS; i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                while (failed.get() == 0 && System.nanoTime() - begin < LIMIT_NANOS) {
                    connectWhenDue(begin, connections, next.getAndIncrement(), failed);
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(failed.get()).as("the ports ran out").isNotZero();
        return failed.get();
    }

    private static void connectWhenDue(long begin, DoubleUnaryOperator connections, int number, AtomicLong failed) {
        while (connections.applyAsDouble((System.nanoTime() - begin) / 1e9) <= number && failed.get() == 0) {
            LockSupport.parkNanos(200_000);
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(IPV4, CLIENT_CLOSES), 10_000);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Cannot assign requested address");
            failed.compareAndSet(0, System.nanoTime());
        }
    }

    private record Prediction(String who, double atSeconds, double seconds) {}
}

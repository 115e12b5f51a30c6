package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Four-tuples made to order on a real kernel, with one port, so that each connect() is one decision: used from its floor on, to the
 * millisecond never before, and soon after. Needs root.
 */
final class FloorsOnTheKernelTest {
    private static final int PORT = 20_000;
    /** How much later than at the floor a port may come into use here: a tick of the kernel, and a busy machine. */
    private static final long LATE_MILLIS = 400;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final Floors FLOORS = new Floors(700, 1_100, 1_700, 900, 1_300, 60_000, 0, false);

    /** How a connection is brought to its end, and what follows. */
    enum Way {
        WE_FIRST_TIMESTAMPS(true, Manner.READ_TO_END, "finish", 720),
        WE_FIRST_NO_TIMESTAMPS(false, Manner.READ_TO_END, "finish", 1_100),
        SERVER_FIRST_TIMESTAMPS(true, Manner.CLOSE_AT_ONCE, "read_end", 720),
        SERVER_FIRST_NO_TIMESTAMPS(false, Manner.CLOSE_AT_ONCE, "read_end", 1_700),
        RESET_BY_SERVER_TIMESTAMPS(true, Manner.RESET_AFTER_A_BYTE, "poke", 720),
        RESET_BY_SERVER_NO_TIMESTAMPS(false, Manner.RESET_AFTER_A_BYTE, "poke", 1_100),
        RESET_BY_US_TIMESTAMPS(true, Manner.HOLD, "reset", 1_440),
        RESET_BY_US_NO_TIMESTAMPS(false, Manner.HOLD, "reset", 2_200);

        final boolean timestamps;
        final Manner manner;
        final String end;
        /** Where 3.5 RTO (714 ms here) exceeds a row it is in this figure. */
        final long mostFloorMillis;

        Way(boolean timestamps, Manner manner, String end, long mostFloorMillis) {
            this.timestamps = timestamps;
            this.manner = manner;
            this.end = end;
            this.mostFloorMillis = mostFloorMillis;
        }

        long leastFloorMillis() {
            return timestamps ? (this == RESET_BY_US_TIMESTAMPS ? 1_400 : 700) : mostFloorMillis;
        }
    }

    private static HookSettings strict() {
        return new HookSettings(PortSet.range(PORT, PORT), FLOORS, List.of(), List.of(), true, true);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldReuseFromTheFloorOn(Way way) {
        try (Bench bench = new Bench().timestamps(way.timestamps);
                Hook hook = bench.attach(strict())) {
            bench.learnSource();
            assertThat(bench.program.connect("a", Bench.SERVER, way.manner.port))
                    .isEqualTo(PORT);
            Span end = Span.of(() -> bench.program.say(way.end + " a"));
            assertReusedAt(bench, way.manner, end, way.leastFloorMillis(), way.mostFloorMillis);
            assertThat(hook.snapshot().refused()).isPositive();
        }
    }

    @Test
    void shouldRestARefusedPortForItsRow() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict())) {
            bench.learnSource();
            Span end =
                    Span.of(() -> assertThat(bench.program.say("connect a 4 " + Bench.SERVER + " " + Peer.CLOSED_PORT))
                            .startsWith("failed ECONNREFUSED " + Bench.CLIENT + " " + PORT));
            long reused = firstOtherThan(bench, "EADDRNOTAVAIL", Peer.CLOSED_PORT);
            assertThat(reused - end.beginNanos).isGreaterThanOrEqualTo(900 * NANOS_PER_MILLI);
            assertThat(reused - end.endNanos).isLessThan((900 + LATE_MILLIS) * NANOS_PER_MILLI);
            assertThat(hook.snapshot().destinations().getFirst().afterClose()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WE_FIRST_TIMESTAMPS", "WE_FIRST_NO_TIMESTAMPS"})
    void shouldWaitForThePeersFinAndCountFromThere(Way way) {
        try (Bench bench = new Bench().timestamps(way.timestamps);
                Hook hook = bench.attach(strict())) {
            bench.learnSource();
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                    .isEqualTo(PORT);
            long begin = System.nanoTime();
            bench.program.say("close a");
            while (System.nanoTime() - begin < 2_500 * NANOS_PER_MILLI) {
                assertThat(bench.program.say("connect b 4 " + Bench.SERVER + " " + Manner.HOLD.port))
                        .as("while the peer may still send")
                        .startsWith("failed EADDRNOTAVAIL");
            }
            Span end = Span.of(() -> bench.peer.release(PORT));
            assertReusedAt(bench, Manner.HOLD, end, way.leastFloorMillis(), way.mostFloorMillis);
            assertThat(hook.snapshot().connects()).isEqualTo(2);
        }
    }

    @Test
    void shouldNeverTouchALiveConnection() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict())) {
            bench.learnSource();
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                    .isEqualTo(PORT);
            for (int i = 0; i < 100; i++) {
                assertThat(bench.program.say("connect b 4 " + Bench.SERVER + " " + Manner.HOLD.port))
                        .startsWith("failed EADDRNOTAVAIL");
            }
            assertThat(bench.peer.lives(PORT)).isTrue();
            assertThat(bench.program.say("read a")).isEqualTo("read x");
            assertThat(hook.snapshot().refused()).isEqualTo(100);
            assertThat(hook.snapshot().noPort(NoPort.IN_USE)).isEqualTo(100);
        }
    }

    @Test
    void shouldSkipAPortThatSomebodyListensOn() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PortSet.range(PORT, PORT + 1)))) {
            bench.learnSource();
            Peer listener = bench.client.call(() -> Peer.listenOn(PORT));
            try (listener) {
                assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                        .isEqualTo(PORT + 1);
                assertThat(bench.program.connect("b", Bench.SERVER, Manner.HOLD.port))
                        .isGreaterThanOrEqualTo(40_000);
            }
            assertThat(hook.snapshot().kernelChose()).isEqualTo(1);
            assertThat(hook.snapshot().noPort(NoPort.IN_USE)).isEqualTo(1);
        }
    }

    @Test
    void shouldSayThatTheKernelDidNotBind() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PortSet.range(PORT, PORT + 2)))) {
            bench.learnSource();
            for (int port = PORT; port < PORT + 3; port++) {
                bench.program.say("socket s" + port + " 4 bind=" + port);
            }
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                    .isGreaterThanOrEqualTo(40_000);
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.bindErrors()).isEqualTo(3);
            assertThat(snapshot.kernelChose()).isEqualTo(1);
            assertThat(snapshot.noPort(NoPort.BIND_REFUSED)).isEqualTo(1);
        }
    }

    /** Connects until it works; that must be at the floor at the earliest and soon after it. */
    private static void assertReusedAt(Bench bench, Manner manner, Span end, long leastMillis, long mostMillis) {
        long reused = firstOtherThan(bench, "EADDRNOTAVAIL", manner.port);
        assertThat((reused - end.beginNanos) / NANOS_PER_MICRO)
                .as("age at reuse in microseconds, counted from before the end")
                .isGreaterThanOrEqualTo(1_000 * leastMillis);
        assertThat((reused - end.endNanos) / NANOS_PER_MICRO)
                .as("age at reuse in microseconds, counted from after the end")
                .isLessThan(1_000 * (mostMillis + LATE_MILLIS));
    }

    /** When the first attempt that did not fail so was over. */
    private static long firstOtherThan(Bench bench, String error, int port) {
        long deadline = System.nanoTime() + 15_000 * NANOS_PER_MILLI;
        while (System.nanoTime() < deadline) {
            String answer = bench.program.say("connect z 4 " + Bench.SERVER + " " + port);
            if (!answer.contains(error)) {
                long now = System.nanoTime();
                assertThat(Client.port(answer)).isEqualTo(PORT);
                return now;
            }
        }
        throw new AssertionError("not reused within 15 s");
    }

    /** The moments before and after something. */
    private record Span(long beginNanos, long endNanos) {
        static Span of(Runnable action) {
            long begin = System.nanoTime();
            action.run();
            return new Span(begin, System.nanoTime());
        }
    }
}

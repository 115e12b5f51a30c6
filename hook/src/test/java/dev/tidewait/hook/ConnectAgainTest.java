package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a socket that has our port already may do with it, and four-tuples whose end nobody saw. One port. Needs root. */
final class ConnectAgainTest {
    private static final int PORT = 20_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String NO_ROUTE = "198.51.100.1";

    private static HookSettings strict(long timestampsMillis, long unknownMillis) {
        Floors floors = new Floors(timestampsMillis, 1_100, unknownMillis, 900, 1_300, 60_000, 0, false);
        return new HookSettings(PortSet.range(PORT, PORT), floors, List.of(), List.of(), true, true);
    }

    @Test
    void shouldLetASocketConnectAgainWhereItWasRefused() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict(700, 1_700))) {
            bench.learnSource();
            bench.program.say("socket a 4 blocking=yes");
            for (int i = 0; i < 3; i++) {
                assertThat(again(bench, Peer.CLOSED_PORT)).isEqualTo("ECONNREFUSED " + Bench.CLIENT + " " + PORT);
            }
            assertThat(hook.snapshot().leftAlone(LeftAlone.OWN_PORT)).isEqualTo(2);
            assertThat(hook.snapshot().refused()).isZero();
        }
    }

    @Test
    void shouldNotLetASocketReuseAnotherOnesTupleBelowItsFloor() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict(5_000, 60_000))) {
            bench.learnSource();
            assertThat(bench.program.connect("first", Bench.SERVER, Manner.CLOSE_AT_ONCE.port))
                    .isEqualTo(PORT);
            bench.program.say("read_end first");
            bench.program.say("socket a 4 blocking=yes");
            assertThat(again(bench, Peer.CLOSED_PORT)).startsWith("ECONNREFUSED");
            assertThat(again(bench, Manner.CLOSE_AT_ONCE.port)).startsWith("EADDRNOTAVAIL");
            assertThat(hook.snapshot().refused()).isEqualTo(1);
            assertThat(hook.snapshot().noPort(NoPort.CONNECTED_AGAIN)).isEqualTo(1);
            assertThat(again(bench, Manner.HOLD.port)).as("never used").isEqualTo("OK " + Bench.CLIENT + " " + PORT);
        }
    }

    @Test
    void shouldKeepTheFloorOfASocketsOwnTupleOnceItsConnectionWasOpen() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict(700, 1_700))) {
            bench.learnSource();
            bench.program.say("socket a 4 blocking=yes");
            assertThat(again(bench, Manner.HOLD.port)).startsWith("OK");
            long begin = System.nanoTime();
            bench.program.say("disconnect a");
            assertThat(again(bench, Manner.HOLD.port)).startsWith("EADDRNOTAVAIL");
            Await.until(() -> again(bench, Manner.HOLD.port), answer -> !answer.startsWith("EADDRNOTAVAIL"));
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(1_400 * NANOS_PER_MILLI);
            assertThat(hook.snapshot().refused()).isPositive();
        }
    }

    @Test
    void shouldWriteDownHowASecondConnectionEnds() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict(2_000, 60_000))) {
            bench.learnSource();
            bench.program.say("socket a 4 blocking=yes");
            assertThat(again(bench, Peer.CLOSED_PORT)).startsWith("ECONNREFUSED");
            assertThat(again(bench, Manner.RESET_AFTER_A_BYTE.port)).startsWith("OK");
            long begin = System.nanoTime();
            bench.program.say("poke a");
            String other = "connect b 4 " + Bench.SERVER + " " + Manner.RESET_AFTER_A_BYTE.port;
            String reused = Await.until(() -> bench.program.say(other), answer -> !answer.contains("EADDRNOTAVAIL"));
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(2_000 * NANOS_PER_MILLI);
            assertThat(reused).isEqualTo("connected " + Bench.CLIENT + " " + PORT);
            assertThat(hook.snapshot().refused()).isPositive();
        }
    }

    @Test
    void shouldRestFromWhenATupleIsFoundFreeIfItsEndWasNotSeen() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(strict(700, 1_700))) {
            // Bound and then without a route: no SYN, and so no end.
            String attempt = "connect a 4 " + NO_ROUTE + " " + Manner.HOLD.port + " source=" + Bench.CLIENT;
            long begin = System.nanoTime();
            assertThat(bench.program.say(attempt)).startsWith("failed ENETUNREACH " + Bench.CLIENT + " " + PORT);
            Await.moment(begin + 2_500 * NANOS_PER_MILLI);
            long found = System.nanoTime();
            assertThat(bench.program.say(attempt)).startsWith("failed EADDRNOTAVAIL");
            Await.until(() -> bench.program.say(attempt), answer -> answer.startsWith("failed ENETUNREACH"));
            assertThat(System.nanoTime() - found).isGreaterThanOrEqualTo(1_700 * NANOS_PER_MILLI);
            assertThat(hook.snapshot().connects()).isEqualTo(2);
        }
    }

    private static String again(Bench bench, int port) {
        return bench.program.say("again a " + Bench.SERVER + " " + port);
    }
}

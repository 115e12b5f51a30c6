package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sockets that the hook does not touch, and why, and those that it does for other kinds of programs. Needs root. */
final class LeftAloneTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_063);

    @Test
    void shouldLeaveAloneWhatIsNotOursAndCountIt() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            String server = " 4 " + Bench.SERVER + " " + Manner.HOLD.port;
            assertThat(bench.program.say("connect lo 4 127.0.0.1 1")).startsWith("failed ECONNREFUSED");
            assertThat(bench.program.say("udp " + Bench.SERVER + " 9")).isEqualTo("connected");
            assertThat(Client.port(bench.program.say("connect own" + server + " bind=33333")))
                    .isEqualTo(33_333);
            assertThat(Client.port(bench.program.say("connect marked" + server + " mark=7")))
                    .isGreaterThanOrEqualTo(40_000);
            assertThat(Client.port(bench.program.say("connect device" + server + " device=hk0")))
                    .isGreaterThanOrEqualTo(40_000);
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.connects()).isZero();
            assertThat(snapshot.leftAlone(LeftAlone.LOOPBACK)).isEqualTo(1);
            assertThat(snapshot.leftAlone(LeftAlone.NOT_TCP)).isEqualTo(1);
            assertThat(snapshot.leftAlone(LeftAlone.OWN_PORT)).isEqualTo(1);
            assertThat(snapshot.leftAlone(LeftAlone.MARKED)).isEqualTo(1);
            assertThat(snapshot.leftAlone(LeftAlone.DEVICE_BOUND)).isEqualTo(1);
            assertThat(snapshot.leftAlone(LeftAlone.SOURCE_UNKNOWN)).isEqualTo(1);
        }
    }

    @Test
    void shouldLeaveAloneAConnectToPortZeroAndGoOnCounting() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            assertThat(bench.program.say("connect a 4 " + Bench.SERVER + " 0")).startsWith("failed");
            assertThat(bench.program.connect("b", Bench.SERVER, Manner.HOLD.port))
                    .matches(PORTS::contains);
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.leftAlone(LeftAlone.NOT_CHOSEN)).isEqualTo(1);
            assertThat(snapshot.destinations()).hasSize(1);
        }
    }

    @Test
    void shouldKeepToTheDestinationsThatWereNamed() {
        HookSettings settings = new HookSettings(
                PORTS,
                Floors.DEFAULT,
                List.of(),
                List.of(
                        DestinationMatch.parse("192.0.2.0/24"),
                        DestinationMatch.parse(Bench.SERVER + "/30:" + Manner.HOLD.port)),
                false,
                true);
        try (Bench bench = new Bench();
                Hook hook = bench.attach(settings)) {
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                    .isGreaterThanOrEqualTo(40_000);
            assertThat(bench.program.connect("b", Bench.SERVER, Manner.HOLD.port))
                    .matches(PORTS::contains);
            assertThat(bench.program.connect("c", Bench.SERVER, Manner.READ_TO_END.port))
                    .isGreaterThanOrEqualTo(40_000);
            assertThat(hook.snapshot().leftAlone(LeftAlone.NOT_CHOSEN)).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepAnAddressThatTheProgramBoundWithoutAPort() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            String answer = bench.program.say(
                    "connect a 4 " + Bench.SERVER + " " + Manner.HOLD.port + " source=" + Bench.SECOND_SOURCE);
            assertThat(answer).startsWith("connected " + Bench.SECOND_SOURCE);
            assertThat(Client.port(answer)).matches(PORTS::contains);
            DestinationRow row = hook.snapshot().destinations().getFirst();
            assertThat(row.source().toString()).isEqualTo(Bench.SECOND_SOURCE);
        }
    }

    @Test
    void shouldTakeTheUnspecifiedMappedAddressForNone() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            String answer = bench.program.say(
                    "connect a 6 ::ffff:" + Bench.SERVER + " " + Manner.HOLD.port + " source=::ffff:0.0.0.0");
            assertThat(Client.port(answer)).matches(PORTS::contains);
            assertThat(hook.snapshot().destinations())
                    .extracting(row -> row.source().toString())
                    .containsExactly(Bench.CLIENT);
        }
    }

    @Test
    void shouldServeIpv6AndMappedSocketsFromTheSamePorts() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            String six = "series 6 " + Bench.SERVER6 + " " + Manner.READ_TO_END.port + " 3 1 addresses=yes";
            String mapped = "series 6 ::ffff:" + Bench.SERVER + " " + Manner.READ_TO_END.port + " 3 1 addresses=yes";
            for (String line : List.of(six, mapped)) {
                List<String> answers = List.of(bench.program.say(line).split(" "));
                assertThat(portOf(answers.get(0))).isGreaterThanOrEqualTo(40_000);
                assertThat(portOf(answers.get(1))).matches(PORTS::contains);
                assertThat(portOf(answers.get(2))).matches(PORTS::contains);
            }
            assertThat(hook.snapshot().destinations())
                    .extracting(row -> row.source().toString() + " " + row.destination() + " " + row.connects())
                    .containsExactlyInAnyOrder(
                            "fd00:210:0:0:0:0:0:1 [fd00:210:0:0:0:0:0:2]:8001 2", "10.210.0.1 10.210.0.2:8001 2");
        }
    }

    @Test
    void shouldTurnThroughTheSourcesThatWereNamed() {
        HookSettings settings = new HookSettings(
                PortSet.range(20_000, 20_001),
                Floors.DEFAULT,
                List.of(
                        DestinationMatch.parse(Bench.CLIENT).network(),
                        DestinationMatch.parse(Bench.SECOND_SOURCE).network()),
                List.of(),
                true,
                true);
        try (Bench bench = new Bench();
                Hook hook = bench.attach(settings)) {
            List<String> answers = List.of(bench.program
                    .say("series 4 " + Bench.SERVER + " " + Manner.READ_TO_END.port + " 5 1 addresses=yes")
                    .split(" "));
            assertThat(answers.subList(0, 4)).doesNotHaveDuplicates();
            assertThat(answers.subList(0, 4).stream().map(text -> text.split(":")[0]))
                    .containsExactly(Bench.CLIENT, Bench.SECOND_SOURCE, Bench.CLIENT, Bench.SECOND_SOURCE);
            assertThat(answers.get(4)).isEqualTo("!EADDRNOTAVAIL");
            assertThat(hook.snapshot().refused()).isEqualTo(1);
        }
    }

    @Test
    void shouldLearnASourceAnewWhenItsAddressIsGone() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            bench.client.ip("address add 10.210.0.9/24 dev hk0");
            bench.client.ip("address del " + Bench.CLIENT + "/24 dev hk0");
            // Deleting a primary address takes its secondaries along, unless they are promoted.
            bench.client.ip("address replace 10.210.0.9/24 dev hk0");
            Await.until(
                    () -> bench.program.say("connect x 4 " + Bench.SERVER + " " + Manner.HOLD.port),
                    answer -> answer.startsWith("connected 10.210.0.9") && PORTS.contains(Client.port(answer)));
            assertThat(hook.snapshot().leftAlone(LeftAlone.SOURCE_UNKNOWN)
                            + hook.snapshot().leftAlone(LeftAlone.NO_SUCH_SOURCE))
                    .isBetween(2L, 4L);
        }
    }

    @Test
    void shouldNotLearnASourceFromAnotherConnectOfTheSocket() {
        String far = "198.51.100.1";
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.program.say("socket a 4");
            assertThat(bench.program.say("again a " + far + " " + Manner.HOLD.port))
                    .startsWith("ENETUNREACH");
            assertThat(bench.program.say("again a 127.0.0.1 1")).startsWith("ECONNREFUSED");
            bench.server.ip("address add " + far + "/32 dev hk1");
            bench.client.ip("route add " + far + "/32 via " + Bench.SERVER);
            assertThat(bench.program.connect("b", far, Manner.HOLD.port)).isGreaterThanOrEqualTo(40_000);
            assertThat(bench.program.say("connect c 4 " + far + " " + Manner.HOLD.port))
                    .startsWith("connected " + Bench.CLIENT + " 20");
            assertThat(hook.snapshot().leftAlone(LeftAlone.SOURCE_UNKNOWN)).isEqualTo(2);
        }
    }

    @Test
    void shouldLearnASourceAnewWhenRoutingChangedBeforeItWasFirstAskedAbout() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            bench.learnSource();
            bench.client.ip("route replace " + Bench.SERVER + "/32 dev hk0 src " + Bench.SECOND_SOURCE);
            Await.until(
                    () -> bench.program.say(
                            "series 4 " + Bench.SERVER + " " + Manner.READ_TO_END.port + " 1 1 addresses=yes"),
                    answer -> answer.startsWith(Bench.SECOND_SOURCE + ":") && PORTS.contains(portOf(answer)));
            assertThat(hook.snapshot().leftAlone(LeftAlone.SOURCE_UNKNOWN)).isEqualTo(2);
        }
    }

    private static int portOf(String text) {
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }
}

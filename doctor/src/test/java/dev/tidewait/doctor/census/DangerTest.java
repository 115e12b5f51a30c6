package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DangerTest {
    private static final IpAddress ADDRESS = IpAddress.of(InetAddress.ofLiteral("203.0.113.9"));
    private static final Exhaustion NEVER = new Exhaustion.NotForeseen(0);

    /** Of 1,000 ports. */
    private static DestinationUse use(int inUse, int reusable, Exhaustion exhaustion) {
        return new DestinationUse(
                ADDRESS,
                new Destination(ADDRESS, 443),
                new StateCounts(0, 0, 0, 0, 0, inUse, 0, 0, 0),
                1_000,
                inUse,
                reusable,
                0,
                TimeWaitAges.NONE,
                new Flow(OptionalDouble.empty(), 0, 0, OptionalDouble.empty(), OptionalDouble.empty()),
                exhaustion,
                Owners.NONE,
                CountedBy.SOCKETS,
                Optional.empty());
    }

    private static List<DestinationUse> sorted(DestinationUse... uses) {
        return Stream.of(uses).sorted(Danger.MOST_FIRST).toList();
    }

    @Test
    void shouldPutTheEchoOfABurstBehindWhatIsNearlyFull() {
        DestinationUse burst = use(30, 0, new Exhaustion.Foreseen(5));
        DestinationUse full = use(790, 0, NEVER);

        assertThat(sorted(burst, full)).containsExactly(full, burst);
    }

    @Test
    void shouldPutWhatEndsSoonBeforeWhatIsFuller() {
        DestinationUse soon = use(300, 0, new Exhaustion.Foreseen(30));
        DestinationUse later = use(400, 0, new Exhaustion.Foreseen(300));
        DestinationUse muchLater = use(500, 0, new Exhaustion.Foreseen(3_000));
        DestinationUse full = use(790, 0, NEVER);
        DestinationUse over = use(1_000, 0, new Exhaustion.Reached());

        assertThat(sorted(muchLater, full, later, soon, over)).containsExactly(over, soon, later, full, muchLater);
    }

    @Test
    void shouldCountWhatMayBeTakenOverAsFree() {
        DestinationUse takenOver = use(990, 900, NEVER);
        DestinationUse half = use(500, 0, NEVER);

        assertThat(sorted(takenOver, half)).containsExactly(half, takenOver);
    }
}

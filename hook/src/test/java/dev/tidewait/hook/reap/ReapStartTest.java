package dev.tidewait.hook.reap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.ProbeOutcome;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.PortSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cannot work is said with the cure. */
class ReapStartTest {
    private static final Kernel NEW = new Kernel(6, 18, "6.18.44-generic", "boot");
    private static final Kernel OLD = new Kernel(5, 15, "5.15.0-91-generic", "boot");
    private static final Capabilities ALL = new Capabilities(-1);
    private static final Capabilities NONE = new Capabilities(0);
    private static final ProbeOutcome WORKS = new ProbeOutcome.Works("It was.");

    @Test
    void shouldSayThatTheKernelIsTooOld() {
        assertThat(ReapStart.obstacle(OLD, ALL, new ProbeOutcome.Refuses("no", "newer")))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("5.15.0-91-generic", "Linux 6.0", "tidewait proxy", "net.ipv4.tcp_tw_reuse=1"));
        assertThat(ReapStart.obstacle(new Kernel(6, 0, "6.0.0", "boot"), ALL, WORKS))
                .isEmpty();
    }

    @Test
    void shouldSayWhichCapabilityIsMissing() {
        assertThat(ReapStart.obstacle(NEW, NONE, WORKS))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("CAP_NET_ADMIN", "sudo", "AmbientCapabilities", "--cap-add", "--dry-run"));
        // In a container the capability may be there and not reach the namespace.
        assertThat(ReapStart.obstacle(NEW, ALL, new ProbeOutcome.Refuses("It needs CAP_NET_ADMIN.", "Grant it.")))
                .hasValueSatisfying(text -> assertThat(text).contains("--cap-add"));
    }

    @Test
    void shouldSayWhichKernelOptionIsMissing() {
        assertThat(ReapStart.obstacle(NEW, ALL, new ProbeOutcome.Refuses("The kernel cannot.", "Use another.")))
                .hasValueSatisfying(
                        text -> assertThat(text).contains("CONFIG_INET_DIAG_DESTROY", "/boot/config-6.18.44-generic"));
    }

    @Test
    void shouldGoOnWhereNothingCouldBeTried() {
        assertThat(ReapStart.obstacle(NEW, ALL, new ProbeOutcome.Untried("No port is left.", "Wait.")))
                .isEmpty();
    }

    @Test
    void shouldFindThatTimeWaitLastsAMinuteHere() throws ReapException {
        try (Host host = Host.start("host").withLoopback()) {
            ReapStart start = host.call(() -> ReapStart.look(false));

            assertThat(start.timeWaitMillis()).isEqualTo(60_000);
            assertThat(start.notes()).isEmpty();
        }
    }

    @Test
    void shouldNotClaimToKnowTheLengthWithoutLoopback() {
        try (Host host = Host.start("host")) {
            ReapStart start = host.call(() -> ReapStart.look(false));

            assertThat(start.timeWaitMillis()).isEqualTo(ReapStart.NOT_MEASURED);
            assertThat(start.notes())
                    .hasSize(2)
                    .anyMatch(note -> note.contains("longest timer seen") && note.contains("ip link set lo up"))
                    .anyMatch(note -> note.contains("loopback interface is down"));
        }
    }

    @Test
    void shouldRefuseATimeWaitBelowTheFloor() {
        assertThatThrownBy(() -> new ReapSettings(
                        new ReapGoal.TimeWait(5_000),
                        ReapSettings.SAFE_FLOOR_MILLIS,
                        PortSet.range(1_024, 2_000),
                        List.of(),
                        List.of(),
                        0,
                        false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("5,000 ms", "15,000 ms", "timestamps");
        assertThat(ReapSettings.SAFE_FLOOR_MILLIS).isEqualTo(15_000);
    }
}

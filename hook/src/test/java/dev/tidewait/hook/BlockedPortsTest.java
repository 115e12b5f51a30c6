package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BlockedPortsTest {
    private final BlockedPorts blocked = new BlockedPorts();

    @Test
    void shouldVisitInTheOrderOfTheEndsWhatIsDueAndForgetIt() {
        for (int i = 0; i < 1_000; i++) {
            blocked.add(20_000 + i, i + 1, i);
        }
        assertThat(visited(499, 10_000)).hasSize(500).startsWith(20_000, 20_001).endsWith(20_499);
        assertThat(blocked.size()).isEqualTo(500);
        for (int i = 1_000; i < 3_000; i++) {
            blocked.add(20_000 + i, i + 1, i);
        }
        assertThat(visited(Long.MAX_VALUE, 10_000))
                .hasSize(2_500)
                .startsWith(20_500)
                .endsWith(22_999);
        assertThat(blocked.size()).isZero();
    }

    @Test
    void shouldAskAgainWhenItIsToldTo() {
        blocked.add(20_000, 1, 10);
        blocked.add(20_001, 2, 10);
        blocked.visitDue(10, 100, (port, cookie, due) -> port == 20_000 ? 50 : BlockedPorts.DONE);
        assertThat(visited(49, 100)).isEmpty();
        assertThat(visited(50, 100)).containsExactly(20_000);
        assertThat(blocked.size()).isZero();
    }

    @Test
    void shouldLookNoFurtherThanTheWindow() {
        for (int i = 0; i < 100; i++) {
            blocked.add(20_000 + i, i + 1, 0);
        }
        assertThat(visited(0, 10)).hasSize(10).endsWith(20_009);
        assertThat(blocked.size()).isEqualTo(90);
    }

    @Test
    void shouldTellSinceWhenAPortIsDue() {
        blocked.add(20_000, 1, 10);
        List<Long> dues = new ArrayList<>();
        for (long now : List.of(10L, 500L)) {
            blocked.visitDue(now, 100, (port, cookie, due) -> {
                dues.add(due);
                return due;
            });
        }
        assertThat(dues).containsExactly(10L, 10L);
    }

    @Test
    void shouldKnowWhenAVisitIsInVain() {
        assertThat(blocked.mayBeDue(Long.MAX_VALUE - 1)).isFalse();
        blocked.add(20_000, 1, 30);
        blocked.add(20_001, 2, 20);
        assertThat(blocked.mayBeDue(19)).isFalse();
        assertThat(blocked.mayBeDue(20)).isTrue();
        assertThat(visited(20, 100)).containsExactly(20_001);
        assertThat(blocked.mayBeDue(29)).isFalse();
        assertThat(blocked.mayBeDue(30)).isTrue();
        assertThat(visited(20, 1)).isEmpty();
        assertThat(blocked.mayBeDue(20)).as("one that was not looked at").isTrue();
    }

    private List<Integer> visited(long now, int window) {
        List<Integer> ports = new ArrayList<>();
        blocked.visitDue(now, window, (port, cookie, due) -> {
            assertThat(cookie).isPositive();
            ports.add(port);
            return BlockedPorts.DONE;
        });
        return ports;
    }
}

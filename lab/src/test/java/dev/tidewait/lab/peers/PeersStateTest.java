package dev.tidewait.lab.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.lab.LabException;
import dev.tidewait.lab.product.HookCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersStateTest {
    private static final String RUN = "nginx 1.22.1, usual seconds";
    private static final PeerOutcome PLAIN = PeerOutcomes.of("haproxy/explicit/timestamps/full", 22_900, 0, 0);
    private static final PeerOutcome WITH_HOOK = PeerOutcomes.under(
            "nginx-stream/run/no-timestamps/above",
            6_100.5,
            12,
            new HookCount(99, 1, 2, 5_004, Map.of("belowFloor", 1L)),
            3);
    private static final PeerOutcome WITH_REAPER =
            PeerOutcomes.reaped("nginx-stream/reap/timestamps/fast", 0, 1_234, 0.0625);

    @TempDir
    private Path folder;

    @Test
    void shouldGoOnWhereItStopped() throws IOException {
        Path file = folder.resolve("state.jsonl");
        PeersState first = PeersState.open(file, RUN);
        first.add(PLAIN);
        first.add(WITH_HOOK);
        Files.writeString(file, "{\"cell\":\"squi", StandardOpenOption.APPEND); // killed while it wrote

        PeersState.open(file, RUN).add(WITH_REAPER);

        PeersState state = PeersState.open(file, RUN);
        assertThat(state.known(PLAIN.cell())).contains(PLAIN);
        assertThat(state.known(WITH_HOOK.cell())).contains(WITH_HOOK);
        assertThat(state.known(WITH_REAPER.cell())).contains(WITH_REAPER);
        assertThat(state.known(PeerCell.named("squid/run/timestamps/full"))).isEmpty();
    }

    @Test
    void shouldNotGoOnWithOtherVersions() {
        Path file = folder.resolve("state.jsonl");
        PeersState.open(file, RUN);

        assertThatThrownBy(() -> PeersState.open(file, "nginx 1.31.0, usual seconds"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("is of another run (nginx 1.22.1, usual seconds), not of nginx 1.31.0");
    }
}

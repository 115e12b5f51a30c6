package dev.tidewait.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.OwnCgroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes in real cgroups, below that of this process. */
@Timeout(60)
final class MovedProcessesTest {
    private final Cgroup home =
            Cgroup.ofThisProcess().child("test-moved-" + ProcessHandle.current().pid());
    private final List<Process> sleepers = new ArrayList<>();

    @BeforeEach
    void makeHome() throws IOException {
        assumeTrue(Capabilities.ofThisThread().has(Capability.SYS_ADMIN), "needs root: it makes cgroups");
        home.create();
    }

    @AfterEach
    void removeHome() throws Exception {
        for (Process sleeper : sleepers) {
            assertThat(sleeper.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        for (Cgroup child : home.children()) {
            assertThat(child.remove()).isTrue();
        }
        assertThat(home.remove()).isTrue();
    }

    @Test
    void shouldGiveBackEverybodyAlsoFromCgroupsBelow() throws Exception {
        OwnCgroup own = OwnCgroup.make(home, "run-1");
        Cgroup below = own.cgroup().child("workers");
        below.create();
        long first = sleeperIn(own.cgroup());
        long second = sleeperIn(below);

        MovedProcesses.giveBack(own, home);
        assertThat(home.processes()).containsExactlyInAnyOrder(first, second);
        assertThat(below.remove()).isTrue();
    }

    @Test
    void shouldSayThatSomebodyHadToStayAndLetGoOfTheCgroup() throws Exception {
        OwnCgroup own = OwnCgroup.make(home, "run-1");
        long stays = sleeperIn(own.cgroup());

        assertThatThrownBy(() -> MovedProcesses.giveBack(own, home.child("gone")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot move process " + stays);
        MovedProcesses later = MovedProcesses.takeOver(own.cgroup()).orElseThrow();
        later.close();
        assertThat(home.processes()).containsExactly(stays);
        assertThat(own.cgroup().exists()).isFalse();
    }

    private long sleeperIn(Cgroup cgroup) throws IOException {
        Process sleeper = new ProcessBuilder("sleep", "100").start();
        sleepers.add(sleeper);
        assertThat(cgroup.add(sleeper.pid())).isTrue();
        return sleeper.pid();
    }
}

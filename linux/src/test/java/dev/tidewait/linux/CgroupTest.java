package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real cgroups, below that of this process. */
final class CgroupTest {
    private Cgroup parent = Cgroup.ofThisProcess();

    @BeforeEach
    void makeParent() throws IOException {
        assumeTrue(Capabilities.ofThisThread().has(Capability.SYS_ADMIN), "needs root: it makes cgroups");
        parent = Cgroup.ofThisProcess()
                .child("test-cgroup-" + ProcessHandle.current().pid());
        parent.create();
    }

    @AfterEach
    void removeParent() throws IOException {
        for (Cgroup child : parent.children()) {
            child.remove();
        }
        assertThat(parent.remove()).isTrue();
    }

    @Test
    void shouldMoveAProcessInAndListIt() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "100").start();
        try {
            assertThat(parent.add(sleeper.pid())).isTrue();
            assertThat(parent.processes()).containsExactly(sleeper.pid());
            assertThat(Cgroup.ofProcess(sleeper.pid())).isEqualTo(parent);
            assertThat(parent.remove())
                    .as("removed although a process is in it")
                    .isFalse();
        } finally {
            sleeper.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(parent.add(sleeper.pid())).as("moved although it has ended").isFalse();
        assertThat(parent.processes()).isEmpty();
    }

    @Test
    void shouldKnowWhatLiesInWhat() throws Exception {
        Cgroup child = parent.child("a");
        child.create();
        Cgroup root = Cgroup.at(Path.of("/")).orElseThrow();
        assertThat(root.isRoot()).isTrue();
        assertThat(parent.isRoot()).isFalse();
        assertThat(root.contains(child)).isTrue();
        assertThat(parent.contains(child)).isTrue();
        assertThat(parent.contains(parent)).isTrue();
        assertThat(child.contains(parent)).isFalse();
        assertThat(parent.child("a-beside").contains(child)).isFalse();
        assertThat(child.parent()).contains(parent);
        assertThat(Cgroup.at(child.path())).contains(child);
        assertThat(Cgroup.at(Path.of("/" + root.path().relativize(child.path()))))
                .as("as systemd writes it")
                .contains(child);
        assertThat(Cgroup.at(Path.of("/no-such.slice"))).isEmpty();
        assertThat(Cgroup.at(Path.of("/../../proc"))).isEmpty();
    }

    @Test
    void shouldTellACgroupFromALaterOneOfTheSameName() throws Exception {
        Cgroup child = parent.child("a");
        child.create();
        long first = child.id();
        assertThat(child.remove()).isTrue();
        assertThat(child.id()).isEqualTo(-1);
        assertThat(child.processes()).isEmpty();
        child.create();
        assertThat(child.id()).isNotEqualTo(first).isPositive();
    }

    @Test
    void shouldFindNothingInOneThatIsRemovedWhileItIsListed() throws Exception {
        Cgroup child = parent.child("a");
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Integer> coming = new FutureTask<>(() -> {
            int count = 0;
            for (; !done.get(); count++) {
                child.create();
                child.remove();
            }
            return count;
        });
        Thread.ofPlatform().daemon().start(coming);
        try {
            for (int i = 0; i < 20_000; i++) {
                assertThat(child.children()).isEmpty();
            }
        } finally {
            done.set(true);
        }
        assertThat(coming.get(10, TimeUnit.SECONDS)).isPositive();
    }

    @Test
    void shouldSayWhatIsWrongWhenOneCannotBeMade() {
        assertThatThrownBy(() -> parent.child("a").child("b").create())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(parent.path() + "/a/b");
        assertThatThrownBy(() -> parent.create()).hasMessageContaining("exists already");
    }

    @Test
    void shouldRemoveWhatAKilledHolderLeftAndNothingElse() throws Exception {
        Cgroup abandoned = parent.child("tidewait-run-1");
        Cgroup inUse = parent.child("tidewait-run-2");
        Cgroup somebodyElses = parent.child("other");
        Cgroup aUnit = parent.child("tidewait-nginx.service");
        abandoned.create();
        inUse.create();
        somebodyElses.create();
        aUnit.create();
        Process sleeper = new ProcessBuilder("sleep", "100").start();
        inUse.add(sleeper.pid());
        try (OwnCgroup held = OwnCgroup.make(parent, "run-3")) {
            assertThat(OwnCgroup.removeAbandoned(parent)).isEqualTo(1);
            assertThat(abandoned.exists()).isFalse();
            assertThat(held.cgroup().exists()).as("held and still empty").isTrue();
            assertThat(inUse.exists()).isTrue();
            assertThat(somebodyElses.exists()).isTrue();
            assertThat(aUnit.exists()).as("the unit of docs/nginx.md").isTrue();
            assertThat(OwnCgroup.isOne(aUnit)).isFalse();
            assertThat(OwnCgroup.hold(held.cgroup()))
                    .as("taken over from its holder")
                    .isEmpty();
        } finally {
            sleeper.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(parent.child("tidewait-run-3").exists()).isFalse();
        assertThat(OwnCgroup.hold(inUse)).isPresent().hasValueSatisfying(held -> {
            try {
                held.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void shouldTakeAnotherNameWhereItsOwnIsTaken() throws Exception {
        try (OwnCgroup first = OwnCgroup.make(parent, "run-1");
                OwnCgroup second = OwnCgroup.make(parent, "run-1")) {
            assertThat(second.cgroup()).isNotEqualTo(first.cgroup());
            assertThat(OwnCgroup.isOne(second.cgroup())).isTrue();
            assertThat(Files.isDirectory(second.cgroup().path())).isTrue();
        }
    }
}

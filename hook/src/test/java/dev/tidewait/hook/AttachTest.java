package dev.tidewait.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.hook.Peer.Manner;
import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is refused, what many at once get, and what is left when the hook is gone. Needs root. */
final class AttachTest {
    private static final PortSet PORTS = PortSet.range(20_000, 20_255);

    @Test
    void shouldLetConnectsGoTheKernelsWayAfterClose() {
        try (Bench bench = new Bench()) {
            Hook hook = bench.attach(Bench.settings(PORTS));
            bench.learnSource();
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.HOLD.port))
                    .matches(PORTS::contains);
            hook.close();
            assertThat(hook.snapshot().connects()).isEqualTo(1);
            assertThat(bench.program.connect("b", Bench.SERVER, Manner.HOLD.port))
                    .isGreaterThanOrEqualTo(40_000);
            assertThat(bench.peer.lives(bench.peer.accepted().get(1))).isTrue();
        }
    }

    @Test
    void shouldBeGoneAfterSigkillAndDisturbNobody() throws IOException, InterruptedException {
        try (Bench bench = new Bench()) {
            Process holder = bench.client.call(() -> new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Holder.class.getName(),
                            bench.cgroup.path().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            try (BufferedReader said = holder.inputReader()) {
                assertThat(said.readLine()).isEqualTo("attached");
                bench.learnSource();
                int port = bench.program.connect("a", Bench.SERVER, Manner.HOLD.port);
                assertThat(port).matches(PORTS::contains);
                holder.destroyForcibly();
                assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
                Await.until(() -> bench.program.connect("b", Bench.SERVER, Manner.HOLD.port), next -> next >= 40_000);
                assertThat(bench.peer.lives(port)).isTrue();
            } finally {
                holder.destroyForcibly();
            }
        }
    }

    /** Attaches and waits for its end. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws HookException, IOException {
            Hook hook = Hook.attach(Path.of(arguments[0]), Bench.settings(PORTS), false);
            System.out.println("attached");
            if (System.in.read() < 0) {
                hook.close();
            }
        }
    }

    @Test
    void shouldNeverGiveOneTupleToTwo() throws ExecutionException, InterruptedException {
        Floors brief = new Floors(20, 30, 50, 30, 50, 60_000, 0, false);
        HookSettings settings = new HookSettings(PORTS, brief, List.of(), List.of(), false, true);
        try (Bench bench = new Bench();
                Client second = Client.start(bench.client, bench.cgroup.path());
                Hook hook = bench.attach(settings)) {
            bench.learnSource();
            CompletableFuture<List<Integer>> other =
                    CompletableFuture.supplyAsync(() -> second.series(Bench.SERVER, Manner.READ_TO_END.port, 1_500, 4));
            List<Integer> ports = bench.program.series(Bench.SERVER, Manner.READ_TO_END.port, 1_500, 4);
            assertThat(ports).doesNotContain(-1);
            assertThat(other.get()).doesNotContain(-1);
            HookSnapshot snapshot = hook.snapshot();
            assertThat(snapshot.connects() + snapshot.kernelChose()).isEqualTo(12_000);
            assertThat(snapshot.bindErrors()).isZero();
            assertThat(new HashSet<>(ports)).hasSizeGreaterThan(PORTS.size() / 2);
        }
    }

    @Test
    void shouldNeverGiveOneTupleToTwoWhereThereAreHardlyAny() throws ExecutionException, InterruptedException {
        Floors brief = new Floors(2, 2, 2, 2, 2, 60_000, 0, false);
        HookSettings settings =
                new HookSettings(PortSet.range(20_000, 20_002), brief, List.of(), List.of(), false, true);
        try (Bench bench = new Bench();
                Client second = Client.start(bench.client, bench.cgroup.path());
                Hook hook = bench.attach(settings)) {
            bench.learnSource();
            CompletableFuture<List<Integer>> other =
                    CompletableFuture.supplyAsync(() -> second.series(Bench.SERVER, Manner.READ_TO_END.port, 1_000, 4));
            assertThat(bench.program.series(Bench.SERVER, Manner.READ_TO_END.port, 1_000, 4))
                    .doesNotContain(-1);
            assertThat(other.get()).doesNotContain(-1);
            assertThat(hook.snapshot().connects()).isPositive();
        }
    }

    @Test
    void shouldRefuseTheRootItsOwnCgroupAndWhatIsNone() {
        try (Host host = Host.start("alone").withLoopback()) {
            Path root = TestCgroup.mountPoint();
            host.run(() -> {
                assertThatThrownBy(() -> Hook.attach(root, Bench.settings(PORTS), false))
                        .isInstanceOf(HookException.class)
                        .hasMessageContaining("root of all cgroups");
                assertThatThrownBy(() -> Hook.attach(Path.of("/proc"), Bench.settings(PORTS), false))
                        .isInstanceOf(HookException.class)
                        .hasMessageContaining("not a cgroup of version 2");
            });
        }
    }

    @Test
    void shouldRefuseACgroupThatItIsBelow() throws IOException, InterruptedException {
        try (Host host = Host.start("alone").withLoopback();
                TestCgroup outer = TestCgroup.create();
                TestCgroup inner = outer.inside()) {
            Process holder = host.call(() -> new ProcessBuilder(
                            "sh",
                            "-c",
                            "echo $$ > \"$0\" && exec \"$@\"",
                            inner.path().resolve("cgroup.procs").toString(),
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Holder.class.getName(),
                            outer.path().toString())
                    .redirectErrorStream(true)
                    .start());
            holder.getOutputStream().close();
            assertThat(new String(holder.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("contains Tidewait itself");
            assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldKeepWhatItKnowsOnItsWayToAnotherCgroup() throws HookException {
        HookSettings settings =
                new HookSettings(PortSet.range(20_000, 20_000), Floors.DEFAULT, List.of(), List.of(), true, true);
        try (Bench bench = new Bench();
                TestCgroup next = TestCgroup.create();
                Client restarted = Client.start(bench.client, next.path());
                Hook hook = bench.attach(settings)) {
            bench.learnSource();
            // The server is first: the kernel holds nothing of it here.
            assertThat(bench.program.connect("a", Bench.SERVER, Manner.CLOSE_AT_ONCE.port))
                    .isEqualTo(20_000);
            bench.program.say("read_end a");
            hook.moveTo(next.path());
            String again = "connect b 4 " + Bench.SERVER + " " + Manner.CLOSE_AT_ONCE.port;
            assertThat(restarted.say(again)).startsWith("failed EADDRNOTAVAIL");
            assertThat(bench.program.connect("c", Bench.SERVER, Manner.HOLD.port))
                    .isGreaterThanOrEqualTo(40_000);
            assertThat(hook.snapshot().connects()).isEqualTo(1);
            assertThat(hook.snapshot().refused()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseASecondHookUnlessForcedAndPortsThatAreHeld() {
        try (Bench bench = new Bench();
                Hook hook = bench.attach(Bench.settings(PORTS))) {
            assertThatThrownBy(() -> bench.attach(Bench.settings(PortSet.range(30_000, 30_100))))
                    .hasMessageContaining("other BPF program is effective")
                    .hasMessageContaining("--force");
            assertThatThrownBy(() ->
                            bench.client.call(() -> Hook.attach(bench.cgroup.path(), Bench.settings(PORTS), true)))
                    .hasMessageContaining("belong to process");
            assertThat(hook.snapshot().connects()).isZero();
        }
    }

    @Test
    void shouldSayWhichKernelItNeeds() {
        assertThatThrownBy(() -> Guards.checkKernel(new Kernel(5, 15, "5.15.0-generic", "")))
                .isInstanceOf(HookException.class)
                .hasMessageContaining("Linux 6.1")
                .hasMessageContaining("5.15.0-generic");
    }
}

package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockAnswer;
import dev.tidewait.linux.PortBlockLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tidewait run} around a real child: real processes, signals and cgroups; the hook itself is not needed for this. */
@Timeout(180)
final class RunCommandTest {
    private static final String PORTS = "--ports=20000-20099";

    @TempDir
    private Path directory;

    @AfterEach
    void leaveNoCgroupBehind() throws IOException {
        assertThat(Cgroup.ofThisProcess().children())
                .filteredOn(child -> child.name().startsWith("tidewait-run"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "kill -KILL $$, 137", "kill -TERM $$, 143"})
    void shouldEndAsTheCommandDoes(String script, int exitCode) throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run("sh", "-c", script)) {
                assertThat(run.exitCode()).as(run.err().all()).isEqualTo(exitCode);
            }
            return null;
        });
    }

    @Test
    void shouldLeaveStandardOutputToTheCommandAndReportOnStandardError() throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run("sh", "-c", "echo one; echo two >&2")) {
                assertThat(run.exitCode()).isZero();
                assertThat(run.out().all()).isEqualTo("one");
                assertThat(run.err().all())
                        .contains("two", "sh connects from 100 ports", "1,234,567 of 1,234,570 connects (99.99 %)")
                        .contains("10.9.9.2:443", "3.02s", "a destination's first");
            }
            return null;
        });
    }

    @Test
    void shouldPutTheCommandIntoACgroupOfItsOwnAndHandOnNothingElse() throws Exception {
        InNamespace.run(() -> {
            // Descriptor 7 is inherited by tidewait, and must not come through.
            List<String> line = new ArrayList<>(List.of("sh", "-c", "exec 7</dev/null; exec \"$@\"", "sh"));
            line.addAll(CommandProcess.java(
                    WithoutHook.class,
                    "run",
                    PORTS,
                    "--",
                    "sh",
                    "-c",
                    "cat /proc/self/cgroup; ls /proc/$$/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status; pwd"));
            try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line).directory(directory.toFile()))) {
                assertThat(run.exitCode()).as(run.err().all()).isZero();
                assertThat(run.out().all())
                        .contains(
                                "/tidewait-run-" + run.processId() + "\n",
                                "0\n1\n2\nSigBlk",
                                directory.toRealPath().toString())
                        .contains("SigBlk:\t0000000000000000")
                        // glibc lets a spawned process ignore its own two real-time signals; it takes them back when it
                        // needs them.
                        .containsPattern("SigIgn:\t0000000(0000|1800)00000");
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP", "USR2"})
    void shouldPassSignalsOn(String signal) throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run(trap(signal, "echo got; exit 3"))) {
                run.out().await("ready"::equals);
                run.signal(signal);
                assertThat(run.exitCode()).as(run.err().all()).isEqualTo(3);
                assertThat(run.out().all()).isEqualTo("ready\ngot");
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void shouldNotRepeatASignalThatTheWholeGroupGot(String signal) throws Exception {
        InNamespace.run(() -> {
            List<String> line = new ArrayList<>(List.of("setsid"));
            line.addAll(CommandProcess.java(WithoutHook.class, "run", PORTS, "--"));
            // Python hears at once; a shell hears between two commands, when two signals may have become one.
            line.addAll(List.of(
                    "python3",
                    "-c",
                    "import signal; signal.signal(signal.SIG" + signal + ", lambda *_: print('got', flush=True));"
                            + " print('ready', flush=True)\nwhile True: signal.pause()"));
            try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line))) {
                run.out().await("ready"::equals);
                run.signalGroup(signal);
                run.out().await("got"::equals);
                run.signal(signal); // to tidewait alone, so the second line is the first one passed on
                run.out().await("got"::equals);
                run.signal("USR2");
                assertThat(run.exitCode()).as(run.err().all()).isEqualTo(128 + 12);
                assertThat(run.out().all()).isEqualTo("ready\ngot\ngot");
            }
            return null;
        });
    }

    @Test
    void shouldNotRepeatASignalAfterTheGroupGotAnother() throws Exception {
        InNamespace.run(() -> {
            List<String> line = new ArrayList<>(List.of("setsid"));
            line.addAll(CommandProcess.java(WithoutHook.class, "run", PORTS, "--"));
            line.addAll(List.of(
                    "python3",
                    "-c",
                    "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN);"
                            + " signal.signal(signal.SIGTERM, lambda *_: print('got', flush=True));"
                            + " print('ready', flush=True)\nwhile True: signal.pause()"));
            try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line))) {
                run.out().await("ready"::equals);
                long witness = awaitWitness(run.processId(), 0);
                run.signalGroup("USR1"); // the report; nothing is passed on, so nobody asks the witness
                awaitWitness(run.processId(), witness);
                run.signalGroup("TERM");
                run.out().await("got"::equals);
                run.signal("USR2");
                assertThat(run.exitCode()).as(run.err().all()).isEqualTo(128 + 12);
                assertThat(run.out().all()).isEqualTo("ready\ngot");
            }
            return null;
        });
    }

    /** The shell in run's process group that waits for signals, another one than before. */
    private static long awaitWitness(long runId, long before) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            Optional<ProcessHandle> witness = ProcessHandle.of(runId)
                    .orElseThrow()
                    .children()
                    .filter(child -> child.pid() != before
                            && child.info().commandLine().orElse("").contains("read never"))
                    .findFirst();
            if (witness.isPresent()) {
                return witness.get().pid();
            }
            assertThat(System.nanoTime()).as("no witness comes").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldReportWheneverItIsAsked() throws Exception {
        Path report = directory.resolve("report.json");
        InNamespace.run(() -> {
            try (CommandProcess run = CommandProcess.withoutHook(
                    "run",
                    PORTS,
                    "--json",
                    "--report",
                    report.toString(),
                    "--admin",
                    "127.0.0.1:18405",
                    "--",
                    "sh",
                    "-c",
                    "echo ready; read line")) {
                run.out().await("ready"::equals);
                assertThat(Files.readString(report)).isEmpty();
                run.signal("USR1");
                awaitText(report, "\"connects\" : 1234567");
                assertThat(ProxyProcess.exchange(18_405, request("/table"))).contains("10.9.9.2:443");
                assertThat(ProxyProcess.exchange(18_405, request("/ports")))
                        .contains("\"portCount\":100", "\"medianMillis\":3120", "\"sourceUnknown\":2");
                assertThat(ProxyProcess.exchange(18_405, request("/healthz"))).endsWith("ok\n");
                assertThat(ProxyProcess.exchange(18_405, request("/metrics")))
                        .contains("tidewait_hook_connects_total 1234567.0")
                        .contains("tidewait_hook_left_alone_total{reason=\"loopback\"} 12.0");
                Files.delete(report);
                run.signal("TERM");
                assertThat(run.exitCode()).isEqualTo(143);
                assertThat(Files.readString(report)).contains("\"destination\" : \"10.9.9.2:443\"");
            }
            return null;
        });
    }

    @Test
    void shouldWaitForWhatADaemonLeavesAndPassSignalsOnToIt() throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run(
                    "sh",
                    "-c",
                    "setsid sh -c 'trap \"echo bye; exit\" TERM; echo ready; while :; do sleep 0.05; done' & exit 0")) {
                run.out().await("ready"::equals);
                run.err().await(line -> line.contains("sh has gone into the background; waiting for the"));
                run.signal("TERM");
                assertThat(run.exitCode()).isZero();
                assertThat(run.out().all()).isEqualTo("ready\nbye");
            }
            return null;
        });
    }

    @Test
    void shouldGiveBackWhomAFailedCommandLeaves() throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run("sh", "-c", "sleep 100 >/dev/null 2>&1 & echo $!; exit 7")) {
                long left = Long.parseLong(run.out().await(line -> line.matches("[0-9]+")));
                assertThat(run.exitCode()).as(run.err().all()).isEqualTo(7);
                assertThat(Cgroup.ofProcess(left)).isEqualTo(Cgroup.ofThisProcess());
                ProcessHandle sleeper = ProcessHandle.of(left).orElseThrow();
                sleeper.destroyForcibly();
                sleeper.onExit().get(10, TimeUnit.SECONDS);
            }
            return null;
        });
    }

    @Test
    void shouldLeaveTheChildAloneWhenItIsKilled() throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = run("sh", "-c", "echo $$; exec sleep 100")) {
                long child = Long.parseLong(run.out().await(line -> line.matches("[0-9]+")));
                run.signal("KILL");
                assertThat(run.exitCode()).isEqualTo(137);
                ProcessHandle left = ProcessHandle.of(child).orElseThrow();
                try (CommandProcess next = run("true")) {
                    assertThat(next.exitCode())
                            .as("a second run beside it: " + next.err().all())
                            .isZero();
                }
                assertThat(left.isAlive()).isTrue();
                assertThat(Cgroup.ofProcess(child).name()).isEqualTo("tidewait-run-" + run.processId());
                left.destroyForcibly();
                left.onExit().get(10, TimeUnit.SECONDS);
            }
            try (CommandProcess next = run("true")) {
                assertThat(next.exitCode()).as("cleans up: " + next.err().all()).isZero();
            }
            return null;
        });
    }

    @Test
    void shouldStartTheCommandAsAnotherUser() throws Exception {
        InNamespace.run(() -> {
            try (CommandProcess run = CommandProcess.withoutHook(
                    "run",
                    PORTS,
                    "--user",
                    "nobody",
                    "--",
                    "sh",
                    "-c",
                    "id -un; id -Gn; echo $USER $HOME; grep CapEff /proc/$$/status")) {
                assertThat(run.exitCode()).as(run.err().all()).isZero();
                assertThat(run.out().all())
                        .startsWith("nobody\nnogroup\nnobody /nonexistent\n")
                        .endsWith("CapEff:\t0000000000000000");
            }
            refuse(ExitCode.NOT_STARTED, "there is no user 'no-such-user'", PORTS, "--user=no-such-user", "--", "true");
            // An option of getent(1), which would list everybody, root first.
            refuse(ExitCode.NOT_STARTED, "there is no user '-sfiles'", PORTS, "--user=-sfiles", "--", "true");
            return null;
        });
    }

    @Test
    void shouldSayWhatIsWrongWithTheCommandBeforeAnythingElse() throws Exception {
        Path script = Files.createFile(
                directory.resolve("script"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        InNamespace.run(() -> {
            refuse(
                    ExitCode.NO_COMMAND,
                    "there is no command 'no-such-command' in PATH",
                    PORTS,
                    "--",
                    "no-such-command");
            refuse(ExitCode.NO_COMMAND, "there is no file /no/such", PORTS, "/no/such");
            refuse(ExitCode.NOT_EXECUTABLE, "may not be executed. Check its mode", PORTS, script.toString());
            refuse(ExitCode.NOT_EXECUTABLE, "is a directory", PORTS, directory.toString());
            return null;
        });
    }

    @Test
    void shouldSayWhyThePortsCannotBeHad() throws Exception {
        InNamespace.run(() -> {
            refuse(
                    ExitCode.NOT_STARTED,
                    "ports 40000-40099 are also given to other programs by the kernel (net.ipv4.ip_local_port_range",
                    "--ports=40000-40099",
                    "true");
            try (PortBlockLock held = held(20_000)) {
                refuse(
                        ExitCode.NOT_STARTED,
                        "belong to process " + ProcessHandle.current().pid() + " in this network namespace",
                        PORTS,
                        "true");
                assertThat(held.blockCount()).isEqualTo(1);
            }
            refuse(
                    ExitCode.NOT_STARTED,
                    "this host has no address in 203.0.113.9/32",
                    PORTS,
                    "--source=203.0.113.9",
                    "true");
            refuse(
                    ExitCode.NOT_STARTED,
                    "cannot listen on 203.0.113.9:8405",
                    PORTS,
                    "--admin=203.0.113.9:8405",
                    "true");
            refuse(
                    ExitCode.NOT_STARTED,
                    "the report cannot be written to /no/such/report",
                    PORTS,
                    "--report=/no/such/report",
                    "true");
            return null;
        });
    }

    @Test
    void shouldSayWhichPrivilegesAreMissing() throws Exception {
        InNamespace.run(() -> {
            List<String> line =
                    new ArrayList<>(List.of("setpriv", "--bounding-set=-bpf,-perfmon,-sys_admin,-net_admin"));
            line.addAll(CommandProcess.java(WithoutHook.class, "run", PORTS, "--", "true"));
            try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line))) {
                assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_STARTED);
                assertThat(run.err().all())
                        .contains("needs root, or CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN", "sudo")
                        .doesNotContain("\tat ");
            }
            return null;
        });
    }

    @Test
    void shouldSayWhatToDoWhereCgroupVersionTwoIsHidden() throws Exception {
        InNamespace.run(() -> {
            // As ip-netns(8) does it: another /sys above the one that has the cgroups.
            List<String> line = new ArrayList<>(List.of(
                    "unshare", "--mount", "sh", "-c", "umount -l /sys && mount -t sysfs none /sys; exec \"$@\"", "sh"));
            line.addAll(CommandProcess.java(WithoutHook.class, "run", PORTS, "--", "true"));
            try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line))) {
                assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_STARTED);
                assertThat(run.err().all()).contains("cgroup v2 is not mounted here", "nsenter --net");
            }
            return null;
        });
    }

    @Test
    void shouldTakeNoWordOfTheCommandForAnOptionOrAFile() throws Exception {
        Path words = Files.writeString(directory.resolve("words"), "--strict\n");
        InNamespace.run(() -> {
            try (CommandProcess run = run("echo", "--help", "-x", "@" + words, "--", "end")) {
                assertThat(run.exitCode()).isZero();
                assertThat(run.out().all()).isEqualTo("--help -x @" + words + " -- end");
            }
            try (CommandProcess run = CommandProcess.withoutHook("run", PORTS, "echo", "--json", "--no-such")) {
                assertThat(run.exitCode()).as("without --: " + run.err().all()).isZero();
                assertThat(run.out().all()).isEqualTo("--json --no-such");
            }
            return null;
        });
    }

    private static CommandProcess run(String... command) throws IOException {
        return CommandProcess.withoutHook(
                Stream.concat(Stream.of("run", PORTS, "--"), Stream.of(command)).toArray(String[]::new));
    }

    private static void refuse(int exitCode, String message, String... arguments) throws Exception {
        try (CommandProcess run = CommandProcess.withoutHook(
                Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new))) {
            assertThat(run.exitCode()).as(run.err().all()).isEqualTo(exitCode);
            assertThat(run.err().all()).contains("tidewait: run: ", message).doesNotContain("\tat ");
            assertThat(run.out().all()).isEmpty();
        }
    }

    /** A shell that waits for a signal; the naps are its own children, so that it hears the signal soon. */
    private static String[] trap(String signal, String then) {
        return new String[] {"sh", "-c", "trap '" + then + "' " + signal + "; echo ready; while :; do sleep 0.05; done"
        };
    }

    private static PortBlockLock held(int port) {
        java.util.BitSet bits = new java.util.BitSet();
        bits.set(port);
        PortBlockAnswer answer = PortBlockLock.acquire(PortBits.copyOf(bits));
        assertThat(answer).isInstanceOf(PortBlockLock.class);
        return (PortBlockLock) answer;
    }

    private static void awaitText(Path file, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(file).contains(text)) {
            assertThat(System.nanoTime()).as("%s lacks %s", file, text).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static String request(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }
}

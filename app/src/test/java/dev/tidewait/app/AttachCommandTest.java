package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Cgroup;
import dev.tidewait.linux.ProcessSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait attach} and {@code detach} around real processes and cgroups; the hook itself is not needed for this. */
@Timeout(180)
final class AttachCommandTest {
    private static final String PORTS = "--ports=20000-20099";

    @TempDir
    private Path directory;

    private final Cgroup service = Cgroup.ofThisProcess()
            .child("test-attach-" + ProcessHandle.current().pid());

    @BeforeEach
    void makeService() throws Exception {
        InNamespace.run(
                () -> { // skips without root
                    service.create();
                    return null;
                });
    }

    @AfterEach
    void leaveNothingBehind() throws Exception {
        if (!service.exists()) {
            return;
        }
        for (long processId : service.allProcesses()) {
            end(processId);
        }
        assertThat(service.children()).isEmpty();
        service.remove();
        Path records = Path.of("/run/tidewait-attach");
        if (Files.isDirectory(records)) {
            try (Stream<Path> files = Files.list(records)) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void shouldMoveAProcessAndItsDescendantsAndBack() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service);
                    CommandProcess attach = attach("--pid", program.id())) {
                attach.err().await(line -> line.contains("attached to process " + program.id()));
                Cgroup inside = service.child("tidewait-attach-" + program.id());
                assertThat(inside.processes()).contains(program.processId()).hasSize(2);
                assertThat(service.processes()).isEmpty();

                detach(ExitCode.OK, "detached from process " + program.id(), "--pid", program.id());
                assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.OK);
                assertThat(attach.err().all()).contains("1,234,567 of 1,234,570 connects");
                assertThat(service.processes()).contains(program.processId()).hasSize(2);
                assertThat(inside.exists()).isFalse();
                assertThat(program.isAlive()).isTrue();
            }
            return null;
        });
    }

    @Test
    void shouldEndWithTheProgram() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service);
                    CommandProcess attach = attach("--pid", program.id())) {
                attach.err().await(line -> line.contains("attached to process"));
                program.kill();
                for (long child : service.allProcesses()) {
                    end(child);
                }
                assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldMoveBackWhatAKilledAttachLeft() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service)) {
                for (String next : List.of("detach", "attach")) {
                    try (CommandProcess killed = attach("--pid", program.id())) {
                        killed.err().await(line -> line.contains("attached to process"));
                        killed.signal("KILL");
                        killed.exitCode();
                    }
                    assertThat(Cgroup.ofProcess(program.processId())).isNotEqualTo(service);
                    if (next.equals("detach")) {
                        detach(ExitCode.OK, "had been killed; moved it back", "--pid", program.id());
                    } else {
                        try (CommandProcess attach = attach("--pid", program.id())) {
                            attach.err().await(line -> line.contains("attached to process"));
                            attach.signal("TERM");
                            assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
                        }
                    }
                    assertThat(service.processes())
                            .as(next)
                            .contains(program.processId())
                            .hasSize(2);
                    assertThat(service.children()).as(next).isEmpty();
                }
            }
            return null;
        });
    }

    @Test
    void shouldMoveBackWhatAnAttachLeftThatWasKilledWhileItEnded() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service);
                    CommandProcess attach = attach("--pid", program.id())) {
                attach.err().await(line -> line.contains("attached to process"));
                attach.signal("STOP");
                try (CommandProcess detach = CommandProcess.withoutHook("detach", "--pid", program.id())) {
                    awaitPendingTerm(attach.processId());
                    attach.signal("KILL");
                    assertThat(detach.exitCode()).as(detach.err().all()).isEqualTo(ExitCode.OK);
                    assertThat(detach.err().all()).contains("moved its processes back to their cgroup");
                }
                assertThat(service.processes()).contains(program.processId()).hasSize(2);
                assertThat(service.children()).isEmpty();
            }
            return null;
        });
    }

    @Test
    void shouldSayWhyNoWordOfItCanBeLeft() throws Exception {
        InNamespace.run(() -> {
            List<String> line = new ArrayList<>(
                    List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o ro none /run && exec \"$@\"", "sh"));
            line.addAll(CommandProcess.java(
                    WithoutHook.class,
                    "attach",
                    PORTS,
                    "--cgroup",
                    service.path().toString()));
            try (CommandProcess attach = CommandProcess.start(new ProcessBuilder(line))) {
                assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.FAILED);
                assertThat(attach.err().all())
                        .contains("detach could not find this attach: /run/tidewait-attach", "It needs root")
                        .doesNotContain("\tat ");
            }
            return null;
        });
    }

    @Test
    void shouldRefuseASecondAttachToTheSameProcess() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service);
                    CommandProcess attach = attach("--pid", program.id())) {
                attach.err().await(line -> line.contains("attached to process"));
                refuse(ExitCode.FAILED, "is under the rule already", "--ports=21500-21599", "--pid", program.id());
                refuse(ExitCode.TAKEN, "belong to process " + attach.processId(), PORTS, "--pid", program.id());
                attach.signal("INT");
                assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldAttachToACgroupAndReportWhenAsked() throws Exception {
        InNamespace.run(() -> {
            try (Program program = Program.start(service);
                    CommandProcess attach = attach("--cgroup", service.path().toString(), "--json")) {
                attach.err().await(line -> line.contains("attached to cgroup"));
                assertThat(service.processes()).as("nobody is moved").contains(program.processId());
                attach.signal("USR1");
                attach.err().await(line -> line.contains("\"connects\" : 1234567"));
                detach(ExitCode.OK, "detached from cgroup");
                assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldFollowTheRestartOfAUnit() throws Exception {
        stub("echo /" + Cgroup.at(Path.of("/")).orElseThrow().path().relativize(service.path()));
        InNamespace.run(() -> {
            try (CommandProcess attach = withStub("attach", PORTS, "--unit", "web")) {
                attach.err().await(line -> line.contains("attached to unit web.service"));
                assertThat(service.remove()).isTrue();
                attach.err()
                        .await(line -> line.contains("unit web.service has stopped; waiting until it starts again"));
                service.create();
                attach.err().await(line -> line.contains("attached to unit web.service"));
                detach(ExitCode.OK, "detached from unit web.service", "--unit", "web");
                assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldWaitAgainForAUnitThatStopsAsSoonAsItHasStarted() throws Exception {
        stub("echo /" + Cgroup.at(Path.of("/")).orElseThrow().path().relativize(service.path()));
        Path stops = directory.resolve("stops");
        InNamespace.run(() -> {
            ProcessBuilder builder =
                    new ProcessBuilder(CommandProcess.java(WithoutHook.class, "attach", PORTS, "--unit", "web"));
            builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
            builder.environment().put(WithoutHook.STOPS, stops.toString());
            try (CommandProcess attach = CommandProcess.start(builder)) {
                attach.err().await(line -> line.contains("attached to unit web.service"));
                Files.createFile(stops);
                assertThat(service.remove()).isTrue();
                attach.err().await(line -> line.contains("waiting until it starts again"));
                service.create();
                awaitGone(stops);
                service.create();
                attach.err().await(line -> line.contains("attached to unit web.service"));
                attach.signal("TERM");
                assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.OK);
            }
            return null;
        });
    }

    @Test
    void shouldSayWhyAUnitCannotBeHad() throws Exception {
        InNamespace.run(() -> {
            stub("[ $3 = ControlGroup ] || echo not-found");
            refuseUnit("there is no unit web.service");
            stub("[ $3 = ControlGroup ] || echo loaded");
            refuseUnit("the unit web.service is not running. Start it first: systemctl start web.service");
            stub("[ $3 = ControlGroup ] || echo masked");
            refuseUnit("systemd calls it masked");
            stub("echo /no-such.slice/web.service");
            refuseUnit("which is not to be seen here");
            stub("echo 'System has not been booted with systemd' >&2; exit 1");
            refuseUnit("System has not been booted with systemd. Where systemd does not run, use --pid or --cgroup");
            return null;
        });
    }

    @Test
    void shouldRefuseWhatWouldCatchTidewaitItself() throws Exception {
        InNamespace.run(() -> {
            Path root = Cgroup.at(Path.of("/")).orElseThrow().path();
            refuse(ExitCode.USAGE, "the root cgroup holds every process", PORTS, "--cgroup", root.toString());
            refuse(
                    ExitCode.USAGE,
                    "process " + ProcessHandle.current().pid() + " is this tidewait, or it has started it",
                    PORTS,
                    "--pid",
                    Long.toString(ProcessHandle.current().pid()));
            Cgroup inner = service.child("inner");
            inner.create();
            List<String> line = Stream.concat(
                            Stream.of(
                                    "sh",
                                    "-c",
                                    "echo $$ >\"$0\"; exec \"$@\"",
                                    inner.processesFile().toString()),
                            CommandProcess.java(
                                    WithoutHook.class,
                                    "attach",
                                    PORTS,
                                    "--cgroup",
                                    service.path().toString())
                                    .stream())
                    .toList();
            try (CommandProcess attach = CommandProcess.start(new ProcessBuilder(line))) {
                assertThat(attach.exitCode()).isEqualTo(ExitCode.USAGE);
                assertThat(attach.err().all()).contains("contains this tidewait itself (" + inner);
            }
            assertThat(inner.remove()).isTrue();
            return null;
        });
    }

    @Test
    void shouldSayWhatIsWrongWithATarget() throws Exception {
        InNamespace.run(() -> {
            refuse(ExitCode.USAGE, "there is no process 99999999", PORTS, "--pid", "99999999");
            refuse(ExitCode.USAGE, "there is no cgroup /no/such of version 2", PORTS, "--cgroup", "/no/such");
            refuse(ExitCode.USAGE, "--unit", PORTS);
            refuse(ExitCode.USAGE, "--pid", PORTS, "--unit", "web", "--pid", "1");
            detach(ExitCode.FAILED, "no attach to process 1 is running. None is running", "--pid", "1");
            detach(ExitCode.FAILED, "no attach is running");
            return null;
        });
    }

    @Test
    void shouldUseThePortsOfTheProgramsOwnNetworkNamespace() throws Exception {
        InNamespace.run(() -> {
            Process program = startElsewhere();
            try {
                refuse(
                        ExitCode.USAGE,
                        "ip_local_port_range = 40000 50000",
                        "--ports=45000",
                        "--cgroup",
                        service.path().toString());
                try (CommandProcess attach = CommandProcess.withoutHook(
                        "attach",
                        "--ports=35000-35099",
                        "--cgroup",
                        service.path().toString())) {
                    attach.err().await(one -> one.contains("its processes are in another network namespace (net:["));
                    attach.err().await(one -> one.contains("attached to"));
                    attach.signal("TERM");
                    assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
                }
            } finally {
                program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            return null;
        });
    }

    @Test
    void shouldFollowTheProcessToItsNamespaceWhoeverElseIsInTheCgroup() throws Exception {
        InNamespace.run(() -> {
            try (Program here = Program.start(service)) {
                Process elsewhere = startElsewhere();
                try {
                    String id = Long.toString(elsewhere.pid());
                    refuse(ExitCode.USAGE, "ip_local_port_range = 40000 50000", "--ports=45000", "--pid", id);
                    try (CommandProcess attach = CommandProcess.withoutHook("attach", "--ports=35000", "--pid", id)) {
                        attach.err()
                                .await(one -> one.contains("its processes are in another network namespace (net:["));
                        attach.err().await(one -> one.contains("attached to process " + id));
                        attach.signal("TERM");
                        assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
                    }
                    // Of the whole cgroup some are here.
                    try (CommandProcess attach =
                            attach("--cgroup", service.path().toString())) {
                        attach.err().await(one -> one.contains("in 2 network namespaces"));
                        attach.err().await(one -> one.contains("attached to cgroup"));
                        attach.signal("TERM");
                        assertThat(attach.exitCode()).isEqualTo(ExitCode.OK);
                    }
                    assertThat(here.isAlive()).isTrue();
                } finally {
                    elsewhere.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
                }
            }
            return null;
        });
    }

    /** A process of the cgroup in a network namespace of its own, where the kernel hands out ports 40000 to 50000. */
    private Process startElsewhere() throws IOException {
        Process process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        "echo 40000 50000 >/proc/sys/net/ipv4/ip_local_port_range; ip link set lo up; echo $$ >\"$0\"; exec sleep 100",
                        service.processesFile().toString())
                .start();
        awaitMember(process.pid());
        return process;
    }

    /** A shell and a child of it. */
    private record Program(Process process) implements AutoCloseable {
        static Program start(Cgroup cgroup) throws IOException {
            Process process = new ProcessBuilder(
                            "sh",
                            "-c",
                            "echo $$ >\"$0\"; sleep 100 & echo ready; wait",
                            cgroup.processesFile().toString())
                    .start();
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            return new Program(process);
        }

        long processId() {
            return process.pid();
        }

        String id() {
            return Long.toString(process.pid());
        }

        boolean isAlive() {
            return process.isAlive();
        }

        void kill() throws InterruptedException {
            assertThat(process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private void awaitMember(long processId) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!service.processes().contains(processId)) {
            assertThat(System.nanoTime()).as("the program does not come").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void awaitGone(Path file) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Files.exists(file)) {
            assertThat(System.nanoTime()).as("%s stays", file).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Until SIGTERM waits for a stopped process, as proc_pid_status(5) shows it. */
    private static void awaitPendingTerm(long processId) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (Files.readAllLines(Path.of("/proc", Long.toString(processId), "status")).stream()
                .filter(line -> line.startsWith("ShdPnd:\t"))
                .noneMatch(line -> (Long.parseLong(line.substring("ShdPnd:\t".length()), 16)
                                & (1L << (ProcessSignal.TERM.number() - 1)))
                        != 0)) {
            assertThat(System.nanoTime()).as("detach sends no SIGTERM").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void end(long processId) throws Exception {
        ProcessHandle process = ProcessHandle.of(processId).orElse(null);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    private void stub(String script) throws IOException {
        Path stub = directory.resolve("systemctl");
        Files.writeString(stub, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private CommandProcess withStub(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(CommandProcess.java(WithoutHook.class, arguments));
        builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        return CommandProcess.start(builder);
    }

    private void refuseUnit(String message) throws Exception {
        try (CommandProcess attach = withStub("attach", PORTS, "--unit", "web")) {
            assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(ExitCode.USAGE);
            assertThat(attach.err().all())
                    .contains("tidewait: attach: ", message)
                    .doesNotContain("\tat ");
        }
    }

    private static CommandProcess attach(String... arguments) throws IOException {
        return CommandProcess.withoutHook(
                Stream.concat(Stream.of("attach", PORTS), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void refuse(int exitCode, String message, String... arguments) throws Exception {
        try (CommandProcess attach = CommandProcess.withoutHook(
                Stream.concat(Stream.of("attach"), Stream.of(arguments)).toArray(String[]::new))) {
            assertThat(attach.exitCode()).as(attach.err().all()).isEqualTo(exitCode);
            assertThat(attach.err().all()).contains(message).doesNotContain("\tat ");
        }
    }

    private static void detach(int exitCode, String message, String... arguments) throws Exception {
        try (CommandProcess detach = CommandProcess.withoutHook(
                Stream.concat(Stream.of("detach"), Stream.of(arguments)).toArray(String[]::new))) {
            assertThat(detach.exitCode()).as(detach.err().all()).isEqualTo(exitCode);
            assertThat(detach.err().all()).contains(message).doesNotContain("\tat ");
        }
    }
}

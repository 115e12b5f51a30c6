package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Cgroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified programs under the real hook, from the command line to what the server sees. */
@Timeout(180)
final class HookedProgramTest {
    private static final String PORTS = "--ports=20000-20299";
    private static final int FIRST = 20_000;
    private static final int LAST = 20_299;

    /** 4 ms apart, so that the first port's turn comes again after more than a second. */
    private static final int COUNT = 500;

    /** 3.5 times the least RTO of the kernel, 200 ms: the row's own floor, whatever --floor says below it. */
    private static final int LEAST_MILLIS = 700;

    /** Connects, sends a byte, reads it, closes; a line for each connection would be too much, so it is silent. */
    private static final String CLIENT = """
            import socket, sys, time
            address, count, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
            print("ready", flush=True)
            failed = 0
            while count:
                count -= 1
                try:
                    with socket.create_connection((address, 8080), 10) as s:
                        s.sendall(b"x")
                        if s.recv(1) != b"x":
                            failed += 1
                        s.shutdown(socket.SHUT_WR)
                        s.recv(1)
                except OSError as e:
                    failed += 1
                    print(e, file=sys.stderr)
                time.sleep(pause)
            print("failed", failed, flush=True)
            """;

    @TempDir
    private Path directory;

    private List<String> client(String address, int count, double pauseSeconds) throws Exception {
        Path file = directory.resolve("client.py");
        Files.writeString(file, CLIENT);
        return List.of("python3", file.toString(), address, Integer.toString(count), Double.toString(pauseSeconds));
    }

    @Test
    void shouldChooseThePortsOfAProgramThatItRuns() throws Exception {
        Path report = directory.resolve("report.json");
        for (String address : List.of(ServerHost.ADDRESS, "::ffff:" + ServerHost.ADDRESS, "fd00:201::2")) {
            InNamespace.run(() -> {
                List<String> client = client(address, COUNT, 0.004);
                try (ServerHost server = new ServerHost();
                        CommandProcess run = CommandProcess.tidewait(
                                "run",
                                PORTS,
                                "--floor=timestamps=100ms",
                                "--json",
                                "--report",
                                report.toString(),
                                "--",
                                client.get(0),
                                client.get(1),
                                client.get(2),
                                client.get(3),
                                client.get(4))) {
                    assertThat(run.exitCode()).as(run.err().all()).isZero();
                    assertThat(run.out().all()).isEqualTo("ready\nfailed 0");
                    int ours = 0;
                    for (int i = 0; i < COUNT; i++) {
                        int port = server.nextClient().getPort();
                        ours += port >= FIRST && port <= LAST ? 1 : 0;
                    }
                    String json = Files.readString(report);
                    assertThat(number(json, "connects")).as(json).isEqualTo(ours);
                    assertThat(ours).as(json).isGreaterThanOrEqualTo(COUNT - 3);
                    assertThat(number(json, "asked")).as(json).isEqualTo(COUNT);
                    assertThat(number(json, "steals")).as(json).isGreaterThanOrEqualTo(COUNT - 3 - (LAST - FIRST + 1));
                    assertThat(number(json, "minMillis")).as(json).isGreaterThanOrEqualTo(LEAST_MILLIS);
                }
                return null;
            });
        }
    }

    @Test
    void shouldLetTheProgramGoOnTheKernelsWayWhenItIsKilled() throws Exception {
        InNamespace.run(() -> {
            List<String> client = client(ServerHost.ADDRESS, 1_000_000, 0.01);
            try (ServerHost server = new ServerHost();
                    CommandProcess run = CommandProcess.tidewait(
                            "run",
                            PORTS,
                            "--",
                            "sh",
                            "-c",
                            "echo $$; exec \"$@\"",
                            "sh",
                            client.get(0),
                            client.get(1),
                            client.get(2),
                            client.get(3),
                            client.get(4))) {
                long child = Long.parseLong(run.out().await(line -> line.matches("[0-9]+")));
                try {
                    awaitPorts(server, true);
                    run.signal("KILL");
                    assertThat(run.exitCode()).isEqualTo(137);
                    awaitPorts(server, false);
                    assertThat(ProcessHandle.of(child)).isPresent();
                } finally {
                    end(child);
                }
            }
            try (CommandProcess next = CommandProcess.tidewait("run", PORTS, "--", "true")) {
                assertThat(next.exitCode()).as(next.err().all()).isZero();
            }
            assertThat(Cgroup.ofThisProcess().children())
                    .filteredOn(one -> one.name().startsWith("tidewait-"))
                    .isEmpty();
            return null;
        });
    }

    @Test
    void shouldChooseThePortsOfAProcessBetweenAttachAndDetach() throws Exception {
        InNamespace.run(() -> {
            Process program = new ProcessBuilder(client(ServerHost.ADDRESS, 1_000_000, 0.01))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String id = Long.toString(program.pid());
            try (ServerHost server = new ServerHost();
                    CommandProcess attach = CommandProcess.tidewait("attach", PORTS, "--pid", id)) {
                attach.err().await(line -> line.contains("attached to process " + id));
                awaitPorts(server, true);
                try (CommandProcess detach = CommandProcess.tidewait("detach", "--pid", id)) {
                    assertThat(detach.exitCode()).as(detach.err().all()).isZero();
                }
                assertThat(attach.exitCode()).as(attach.err().all()).isZero();
                awaitPorts(server, false);
                assertThat(program.isAlive()).isTrue();
            } finally {
                program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            return null;
        });
    }

    @Test
    void shouldSayWhatIsMissingForTheHook() throws Exception {
        InNamespace.run(() -> {
            refuse("mount -t tmpfs none /sys/kernel/btf", "CONFIG_DEBUG_INFO_BTF");
            refuse("for file in /usr/lib/*/libbpf.so.1; do mount --bind /dev/null \"$file\"; done", "libbpf1");
            return null;
        });
    }

    /** What a container or a distribution may lack is hidden by mounts of its own. */
    private static void refuse(String hide, String message) throws Exception {
        List<String> line = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", hide + "; exec \"$@\"", "sh"));
        line.addAll(CommandProcess.java(TidewaitMain.class, "run", PORTS, "--", "echo", "started"));
        try (CommandProcess run = CommandProcess.start(new ProcessBuilder(line))) {
            assertThat(run.exitCode()).as(run.err().all()).isEqualTo(ExitCode.NOT_STARTED);
            assertThat(run.err().all()).contains(message).doesNotContain("\tat ");
            assertThat(run.out().all()).isEmpty();
        }
    }

    @Test
    void shouldGoBesideAnotherProgramForConnectsOnlyWhenForced() throws Exception {
        for (boolean force : List.of(false, true)) {
            InNamespace.run(() -> {
                List<String> inner = new ArrayList<>(List.of("run", "--ports=22000-22099"));
                if (force) {
                    inner.add("--force");
                }
                inner.addAll(List.of("--", "echo", "started"));
                List<String> outer = new ArrayList<>(List.of("run", PORTS, "--"));
                outer.addAll(CommandProcess.java(TidewaitMain.class, inner.toArray(new String[0])));
                try (CommandProcess run = CommandProcess.tidewait(outer.toArray(new String[0]))) {
                    assertThat(run.exitCode()).as(run.err().all()).isEqualTo(force ? 0 : ExitCode.NOT_STARTED);
                    assertThat(run.out().all()).isEqualTo(force ? "started" : "");
                    if (!force) {
                        assertThat(run.err().all()).contains("effective on connect()", "--force");
                    }
                }
                return null;
            });
        }
    }

    /** Until so many connections in a row come from our ports, or from others. */
    private static void awaitPorts(ServerHost server, boolean ours) throws InterruptedException {
        int inARow = 0;
        for (int i = 0; i < 5_000 && inARow < 10; i++) {
            int port = server.nextClient().getPort();
            inARow = (port >= FIRST && port <= LAST) == ours ? inARow + 1 : 0;
        }
        assertThat(inARow)
                .as("connections in a row from %s ports", ours ? "our" : "other")
                .isEqualTo(10);
    }

    private static void end(long processId) throws Exception {
        ProcessHandle process = ProcessHandle.of(processId).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    /** The first number of that name. */
    private static long number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\" : (\\d+)").matcher(json);
        assertThat(matcher.find()).as("%s in %s", name, json).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}

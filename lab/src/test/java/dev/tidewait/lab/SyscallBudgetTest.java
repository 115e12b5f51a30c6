package dev.tidewait.lab;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a relayed TCP connection costs in system calls, counted by strace: whoever adds one changes this table and says in docs/performance.md what
 * it is for. The client closes first; request and answer are one segment each; every four-tuple was used before.
 */
@NeedsRoot
@SuppressWarnings("try") // the origin has only to be there
class SyscallBudgetTest {
    /** Few, so that the warm-up has used all: before its first use the kernel is asked about a four-tuple (sock_diag: one sendto, one recvfrom). */
    private static final String PORTS = "1024-2023";

    private static final int WARM_UP_CONNECTIONS = 1_500;
    private static final int CONNECTIONS = 2_000;
    /** A few more than one each: a listener that is asked once more, a reading that was cut in two. */
    private static final double TOLERANCE = 0.05;

    private static final Map<String, Integer> BUDGET = Map.ofEntries(
            Map.entry("accept4", 2), // and once more to hear that nobody else waits
            Map.entry("socket", 1),
            Map.entry("bind", 1),
            Map.entry("connect", 1),
            Map.entry("setsockopt", 2), // SO_REUSEADDR, SO_REUSEPORT of the server's; TCP_NODELAY only before a second
            Map.entry("getsockopt", 2), // TCP_INFO when the handshake is done, and when it ends
            Map.entry("epoll_ctl", 2), // one for each descriptor
            Map.entry("recvfrom", 4), // bytes and FIN of each side
            Map.entry("sendto", 2),
            Map.entry("shutdown", 1), // passes the client's FIN on
            Map.entry("close", 2));
    /** They come per round of an event loop or by the clock, not per connection. */
    private static final Set<String> NOT_PER_CONNECTION = Set.of(
            "futex",
            "epoll_wait",
            "epoll_pwait",
            "epoll_pwait2",
            "restart_syscall",
            "clock_nanosleep",
            "timerfd_settime",
            "madvise",
            "mprotect",
            "mmap",
            "munmap",
            "sched_yield",
            "getrusage",
            "rt_sigreturn",
            "read",
            "write");

    private static final long DEADLINE_SECONDS = 30;

    @TempDir
    private Path directory;

    @Test
    void shouldNeedNoMoreSystemCallsThanAreListed() throws Exception {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy = ProxyUnderTest.start(
                        topology.proxy(),
                        new ProxyUnderTest.Plan(
                                        topology.proxyListener(),
                                        Optional.of(topology.origin()),
                                        topology.proxySources(),
                                        List.of())
                                .yaml(PORTS),
                        ProxyUnderTest.Manner.AS_DELIVERED)) {
            connect(topology, WARM_UP_CONNECTIONS);

            Map<String, Long> calls = counted(proxy.program().pid(), () -> connect(topology, CONNECTIONS));

            calls.keySet().removeAll(NOT_PER_CONNECTION);
            for (String once : List.of("accept4", "connect", "close")) {
                assertThat(calls.getOrDefault(once, 0L))
                        .as("strace must have seen each %s; all: %s", once, calls)
                        .isGreaterThanOrEqualTo(CONNECTIONS);
            }
            assertThat(calls)
                    .allSatisfy((call, count) -> assertThat((double) count / CONNECTIONS)
                            .as("%s for each connection; all: %s", call, perConnection(calls))
                            .isLessThanOrEqualTo(BUDGET.getOrDefault(call, 0) + TOLERANCE));
        }
    }

    private static String perConnection(Map<String, Long> calls) {
        return calls.entrySet().stream()
                .map(each -> "%s %.2f".formatted(each.getKey(), (double) each.getValue() / CONNECTIONS))
                .collect(joining(", "));
    }

    private static void connect(Topology topology, int count) {
        LoadPlan plan = LoadPlan.to(topology.proxyListener(), topology.clients(2))
                .withEnding(CloseOrder.CLIENT)
                .withPace(new Pace.ClosedLoop(8))
                .withDuration(Duration.ofSeconds(DEADLINE_SECONDS))
                .withDeadline(Duration.ofSeconds(DEADLINE_SECONDS))
                .withLimit(count);
        try (Load load = Load.start(topology.client(), plan, second -> {})) {
            LoadReport report = load.await();
            assertThat(report.done()).isEqualTo(count);
            assertThat(report.failed()).isZero();
        }
    }

    /** Calls of all threads of a process while something happens. */
    private Map<String, Long> counted(long pid, Runnable happening) throws Exception {
        Path table = directory.resolve("calls");
        Process strace = new ProcessBuilder("strace", "-f", "-c", "-o", table.toString(), "-p", Long.toString(pid))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said = strace.inputReader()) {
            CompletableFuture<String> attached = CompletableFuture.supplyAsync(() -> line(said));
            assertThat(attached.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).contains("attached");
            happening.run();
            strace.destroy(); // it detaches, and writes
            assertThat(strace.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            strace.destroyForcibly();
        }
        Map<String, Long> calls = new TreeMap<>();
        for (String line : Files.readAllLines(table)) {
            String[] columns = line.strip().split(" +");
            if (columns.length >= 5 && columns[3].chars().allMatch(Character::isDigit)) {
                calls.put(columns[columns.length - 1], Long.parseLong(columns[3]));
            }
        }
        calls.remove("total");
        return calls;
    }

    private static String line(BufferedReader from) {
        try {
            return String.valueOf(from.readLine());
        } catch (IOException e) {
            return e.toString();
        }
    }
}

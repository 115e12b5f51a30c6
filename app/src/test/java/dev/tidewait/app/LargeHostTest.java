package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import dev.tidewait.linux.fixture.TimeWaitCrowd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidewait doctor} on a host with 200,000 TIME_WAIT sockets towards 2,000 destinations: below a second and 150 MB, the JVM's start included. */
@Timeout(180)
final class LargeHostTest {
    private static final int DESTINATIONS = 2_000;
    private static final int CONNECTIONS = 200_000;

    /** Other work on the machine only adds, so the quickest run counts, and there are more runs as long as none is quick enough. */
    private static final int MOST_RUNS = 12;

    private static final int LEAST_RUNS = 3;
    private static final long LIMIT_MILLIS = 1_000;
    private static final long LIMIT_KILOBYTES = 150_000;
    private static final long LOOK_NANOS = 5_000_000;

    @TempDir
    private Path directory;

    @Test
    void shouldAnswerWithinASecondAmongVeryManySockets() throws Exception {
        try (Host training = Host.start("training").withLoopback();
                Host client = Host.start("client").withLoopback();
                Host server = Host.start("server")) {
            BuiltProgram program = training.call(() -> BuiltProgram.make(directory));
            try (TimeWaitCrowd crowd = TimeWaitCrowd.make(client, server, DESTINATIONS, CONNECTIONS)) {
                assertThat(crowd.count()).isGreaterThan(CONNECTIONS * 9L / 10);
                Run quickest = run(client, program);
                for (int i = 1; i < LEAST_RUNS || (i < MOST_RUNS && quickest.ownMillis() >= LIMIT_MILLIS); i++) {
                    Run run = run(client, program);
                    quickest = run.ownMillis() < quickest.ownMillis() ? run : quickest;
                }
                assertThat(quickest.ownMillis())
                        .as("from start to end, without the time for which others had the CPU, ms: %s", quickest)
                        .isLessThan(LIMIT_MILLIS);
            }
        }
    }

    private Run run(Host client, BuiltProgram program) throws Exception {
        Path output = directory.resolve("output");
        long begin = System.nanoTime();
        Process doctor = client.call(() -> new ProcessBuilder(program.with("doctor"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start());
        ProcessWatch watch = new ProcessWatch(doctor.pid());
        while (doctor.isAlive()) {
            watch.look();
            LockSupport.parkNanos(LOOK_NANOS);
        }
        Run run = new Run((System.nanoTime() - begin) / 1_000_000, watch.waitedMillis(), watch.peakKilobytes());
        String printed = Files.readString(output);
        System.out.println("tidewait doctor among " + CONNECTIONS + " TIME_WAIT: " + run);
        assertThat(doctor.exitValue()).as(printed).isBetween(ExitCode.OK, ExitCode.TROUBLE);
        assertThat(printed)
                .contains("connections from here to 2,000 destinations", "and 1,990 more (--all shows them)");
        assertThat(run.peakKilobytes).as("kB").isBetween(1L, LIMIT_KILOBYTES);
        return run;
    }

    /**
     * One run.
     *
     * @param millis from start to end
     * @param waitedMillis of these, its main thread could have run and others had the CPU
     * @param peakKilobytes of memory
     */
    private record Run(long millis, long waitedMillis, long peakKilobytes) {
        long ownMillis() {
            return millis - waitedMillis;
        }
    }
}

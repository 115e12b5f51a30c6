package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import dev.tidewait.linux.fixture.TimeWaitCrowd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code tidewait doctor} on a host with 200,000 TIME_WAIT sockets towards 2,000 destinations: below a second and 150 MB, the JVM's start included. On a
 * machine that has other work the second is without the time for which that work had the CPU; both times are printed, and the first counts where it is
 * below a second too, as it is on two cores with nothing else to do.
 */
@Timeout(180)
final class LargeHostTest {
    private static final int DESTINATIONS = 2_000;
    private static final int CONNECTIONS = 200_000;

    /**
     * Other work on the machine only adds, so the quickest run counts, and there are more runs as long as none was below a second by the clock and the
     * sockets are still there.
     */
    private static final int MOST_RUNS = 12;

    private static final int LEAST_RUNS = 3;
    private static final long LEAST_CONNECTIONS = CONNECTIONS * 9L / 10;
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
                assertThat(isWhole(crowd)).isTrue();
                long whole = Long.MAX_VALUE;
                long own = Long.MAX_VALUE;
                for (int i = 0; i < LEAST_RUNS || (i < MOST_RUNS && whole >= LIMIT_MILLIS && isWhole(crowd)); i++) {
                    Run run = run(client, program);
                    whole = Math.min(whole, run.millis);
                    own = Math.min(own, run.ownMillis());
                }
                System.out.printf(
                        Locale.ROOT,
                        "the quickest took %d ms from start to end; %d ms without the time for which others had the CPU%n",
                        whole,
                        own);
                assertThat(own)
                        .as("ms, without the time for which others had the CPU; with it %s", whole)
                        .isLessThan(LIMIT_MILLIS);
            }
        }
    }

    private static boolean isWhole(TimeWaitCrowd crowd) {
        return crowd.count() > LEAST_CONNECTIONS;
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

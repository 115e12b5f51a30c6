package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ProcessAgeTest {
    /** From exec to the JVM's first look at its clock, and a tick of either file. */
    private static final long EXEC_MILLIS = 500;

    private static final long TICKS_MILLIS = 20;

    @Test
    void shouldAgreeWithTheClockOfTheJvm() {
        long before = ManagementFactory.getRuntimeMXBean().getUptime();
        long age = ProcessAge.now().toMillis();
        long after = ManagementFactory.getRuntimeMXBean().getUptime();

        assertThat(age).isBetween(before - TICKS_MILLIS, after + EXEC_MILLIS);
    }
}

package dev.tidewait.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FamilyMemoryTest {
    private static final long MINUTE = TimeUnit.SECONDS.toNanos(60);

    private final FamilyMemory memory = new FamilyMemory();

    @Test
    void shouldLetFourGoFirstForAMinuteAfterThreeTimes() {
        memory.sixOvertaken(-5);
        memory.sixOvertaken(-5);
        assertThat(memory.isFourFirst(-5)).isFalse();
        memory.sixOvertaken(-5);
        assertThat(memory.isFourFirst(-5 + MINUTE - 1)).isTrue();
        assertThat(memory.isFourFirst(-5 + MINUTE)).isFalse();
    }

    @Test
    void shouldNeedOneTrialOnlyForAnotherMinute() {
        for (int i = 0; i < 3; i++) {
            memory.sixOvertaken(0);
        }
        memory.sixOvertaken(MINUTE);
        assertThat(memory.isFourFirst(MINUTE + 1)).isTrue();
    }

    @Test
    void shouldForgiveAtTheFirstConnection() {
        for (int i = 0; i < 3; i++) {
            memory.sixOvertaken(0);
        }
        memory.sixConnected();
        assertThat(memory.isFourFirst(1)).isFalse();
        memory.sixOvertaken(1);
        assertThat(memory.isFourFirst(2)).isFalse();
    }
}

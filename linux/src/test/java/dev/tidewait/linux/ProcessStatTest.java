package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProcessStatTest {
    @Test
    void shouldReadANameThatLooksLikeFields() {
        String line = "4711 (a) R 1 (b) S 12 34 56 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 10\n";
        assertThat(ProcessStat.parse(4711, line)).isEqualTo(new ProcessStat(4711, 12, 34, 987_654));
    }

    @Test
    void shouldDescribeAChildAndSignalItOnce() throws Exception {
        Process child = new ProcessBuilder("sleep", "100").start();
        ProcessStat self = ProcessStat.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(ProcessStat.of(child.pid())).hasValueSatisfying(stat -> {
            assertThat(stat.parentId()).isEqualTo(self.processId());
            assertThat(stat.groupId()).isEqualTo(self.groupId());
            assertThat(stat.startTicks()).isGreaterThanOrEqualTo(self.startTicks());
        });
        assertThat(ProcessSignal.HUP.send(child.pid())).isTrue();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(128 + ProcessSignal.HUP.number());
        assertThat(ProcessStat.of(child.pid())).isEmpty();
        assertThat(ProcessSignal.HUP.send(child.pid())).isFalse();
    }
}

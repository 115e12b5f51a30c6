package dev.tidewait.doctor.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PresetTest {
    @Test
    void shouldFindEachByItsWord() {
        assertThat(Preset.values())
                .allSatisfy(preset -> assertThat(Preset.called(preset.word())).hasValue(preset));
        assertThat(Preset.called("plan9")).isEmpty();
    }

    @Test
    void shouldHaveUsableFiguresAndASourceForEach() {
        assertThat(Preset.values()).allSatisfy(preset -> {
            assertThat(new Capacity(preset.portCount(), 1, 1, preset.timeWaitMillis(), 0, 1).timeWaitSockets())
                    .isEqualTo(preset.portCount());
            assertThat(preset.portsFrom()).containsPattern("https://|sys/netinet/in.h|RFC");
            assertThat(preset.timeWaitFrom()).containsPattern("https://|include/net/tcp.h|the same page|that page");
            assertThat(preset.note()).endsWith(".");
        });
    }

    @Test
    void shouldNameEachOnce() {
        assertThat(Arrays.stream(Preset.values()).map(Preset::word)).doesNotHaveDuplicates();
    }
}

package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PlainStartTest {
    private static boolean fits(String... args) {
        return PlainStart.fits(args);
    }

    @Test
    void shouldTakeWhatAServiceIsStartedWith() {
        assertThat(fits("proxy")).isTrue();
        assertThat(fits("proxy", "-c", "/etc/tidewait.yaml")).isTrue();
        assertThat(fits("proxy", "--config", "a b.yaml")).isTrue();
    }

    @Test
    void shouldLeaveTheRestToTheCommandLine() {
        for (List<String> words : List.of(
                List.<String>of(),
                List.of("--help"),
                List.of("help", "proxy"),
                List.of("version"),
                List.of("proxy", "--help"),
                List.of("proxy", "-c"),
                List.of("proxy", "-c", "-v"),
                List.of("proxy", "-c", ""),
                List.of("proxy", "-c", "\"quoted\""),
                List.of("proxy", "-v", "a.yaml"),
                List.of("proxy", "-c=a.yaml"),
                List.of("proxy", "-c", "a.yaml", "-v"))) {
            assertThat(PlainStart.fits(words.toArray(String[]::new)))
                    .as("%s", words)
                    .isFalse();
        }
    }
}

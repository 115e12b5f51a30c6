package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellNamesTest {
    @ParameterizedTest
    @CsvSource({
        "haproxy/run/timestamps/full, true",
        "haproxy/*/timestamps/*,      true",
        "ha*/run/*/full,              true",
        "haproxy/*,                   false",
        "{haproxy/[run]/*/full,       false",
        "squid/run/timestamps/full,   false"
    })
    void shouldMatchPartsAndPieces(String pattern, boolean matches) {
        assertThat(new CellNames(List.of("nobody", pattern)).matches("haproxy/run/timestamps/full"))
                .isEqualTo(matches);
    }

    @Test
    void shouldMatchEverythingWithoutAName() {
        assertThat(new CellNames(List.of()).matches("squid")).isTrue();
    }
}

package dev.tidewait.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names of programs and the like at a terminal. */
final class PrintableTest {
    @Test
    void shouldTakeTheTeethOutOfControlCharacters() {
        assertThat(Printable.of("a\u001b]0;owned\u0007b\u009b2Jc\u202ed\ne")).isEqualTo("a?]0;owned?b?2Jc?d?e");
    }

    @Test
    void shouldLeaveEverythingElse() {
        assertThat(Printable.of("nginx: worker – 40 % [x] ö")).isEqualTo("nginx: worker – 40 % [x] ö");
    }
}

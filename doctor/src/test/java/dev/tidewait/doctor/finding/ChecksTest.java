package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ChecksTest {
    @Test
    void shouldExplainEveryCheckUnderAKeyOfItsOwn() {
        List<Explanation> texts =
                Checks.inOrder().stream().map(Check::explanation).toList();

        assertThat(texts)
                .extracting(Explanation::key)
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[a-z0-9-]+"));
        assertThat(texts).allSatisfy(text -> {
            assertThat(text.what()).endsWith(".");
            assertThat(text.why()).endsWith(".");
            assertThat(text.unit()).isNotBlank();
            assertThat(text.usual()).isNotBlank();
            assertThat(text.source()).isNotBlank();
            assertThat(Checks.explain(text.key())).hasValue(text);
        });
    }

    @Test
    void shouldNotExplainWhatItDoesNotKnow() {
        assertThat(Checks.explain("no-such-key")).isEmpty();
    }
}

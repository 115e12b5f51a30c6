package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example client on the real kernel; how fast it is the long form shows, {@code lab example}. */
@NeedsRoot
@Timeout(120)
class ExampleTest {
    @Test
    void shouldKeepTheRuleAndFailNever() {
        List<Verdict> verdicts = ExampleCommand.verdicts(Duration.ofSeconds(6), 400, OptionalInt.of(200));

        assertThat(verdicts)
                .filteredOn(verdict -> !verdict.claim().startsWith("under pressure"))
                .allMatch(Verdict::holds)
                .extracting(Verdict::claim)
                .contains("no connection fails", "no four-tuple is reused below the floor of 1000 ms");
    }

    @Test
    void shouldHaveNothingButTheConnectorOnItsClassPath() {
        assertThat(ExampleProgram.classPath())
                .hasSizeGreaterThan(8)
                .noneMatch(entry -> entry.matches(".*(proxy|app)(/target/classes|-[^/]*.jar)|.*picocli.*"));
    }
}

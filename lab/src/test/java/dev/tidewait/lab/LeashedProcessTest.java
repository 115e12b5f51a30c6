package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsRoot
class LeashedProcessTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // made before each test
    private Namespace namespace;

    @BeforeEach
    void makeNamespace() {
        namespace = Namespace.create("test");
    }

    @AfterEach
    void removeNamespace() {
        namespace.close();
    }

    @Test
    void shouldGiveWhatTheProgramWrote() {
        try (LeashedProcess process = start(Duration.ofMinutes(1), "echo out; echo err >&2")) {
            assertThat(process.awaitOutput(SOON)).isEqualTo("out\n");
            assertThat(process.tail()).isEqualTo("err");
        }
    }

    @Test
    void shouldSayWhyTheProgramFailed() {
        try (LeashedProcess process = start(Duration.ofMinutes(1), "echo no such thing >&2; exit 7")) {
            assertThatThrownBy(() -> process.awaitOutput(SOON))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("exit code 7")
                    .hasMessageContaining("no such thing");
        }
    }

    @Test
    void shouldSayThatTheProgramEndedBeforeItWasReady() {
        try (LeashedProcess process = start(Duration.ofMinutes(1), "echo cannot listen >&2")) {
            assertThatThrownBy(() -> process.awaitStderr(line -> line.contains("ready"), SOON))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("cannot listen");
        }
    }

    @Test
    void shouldEndTheProgramWhenClosed() {
        LeashedProcess process = start(Duration.ofMinutes(1), "echo ready >&2; exec sleep 60");
        process.awaitStderr("ready"::equals, SOON);
        ProcessHandle program = process.programs().getFirst();

        process.close();

        Eventually.holds("the program is gone", SOON, () -> !program.isAlive());
    }

    @Test
    void shouldEndTheProgramAfterItsLifetime() {
        try (LeashedProcess process = start(Duration.ofSeconds(1), "exec sleep 60")) {
            assertThatThrownBy(() -> process.awaitOutput(SOON))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("exit code 143"); // 128 + SIGTERM
        }
    }

    @Test
    void shouldEndTheProgramEvenWhenTheLeashIsKilled() {
        try (LeashedProcess process = start(Duration.ofMinutes(1), "echo ready >&2; exec sleep 60")) {
            process.awaitStderr("ready"::equals, SOON);
            ProcessHandle program = process.programs().getFirst();
            ProcessHandle leash = program.parent().orElseThrow();

            leash.destroyForcibly();

            Eventually.holds("the program is gone", SOON, () -> !program.isAlive());
        }
    }

    private LeashedProcess start(Duration lifetime, String script) {
        return LeashedProcess.start(namespace, "script", lifetime, line -> {}, List.of("sh", "-c", script));
    }
}

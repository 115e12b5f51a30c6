package dev.tidewait.lab.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reloads of a run, before anybody makes them. */
class StepTest {
    @TempDir
    private Path folder;

    @Test
    void shouldMeetEveryKindByBothWaysAndEndWhereItBegan() throws IOException {
        List<Step> steps = Step.steps(first(), 31);

        for (ReloadWay way : ReloadWay.values()) {
            Set<ReloadKind> met = EnumSet.noneOf(ReloadKind.class);
            steps.stream().filter(step -> step.way() == way).forEach(step -> met.add(step.kind()));
            met.add(ReloadKind.ALL_BACK);
            assertThat(met).as("kinds by " + way).containsExactly(ReloadKind.values());
        }
        assertThat(steps.getLast().written().after()).isEqualTo(first());
        assertThat(steps.getLast().before().changesTo(first())).hasSizeGreaterThan(8);
    }

    @Test
    void shouldChangeSomethingWithEachFileOrBeWrong() throws IOException {
        for (Step step : Step.steps(first(), 31)) {
            Written written = step.written();
            Files.writeString(first().places().userFile(), written.after().users());
            Path file = folder.resolve("tidewait.yaml");
            Files.writeString(file, written.file());
            Loaded loaded = ConfigurationFile.read(file);
            boolean isReadable = written.refusal().isEmpty() || step.kind() == ReloadKind.ADDRESS_TAKEN;
            assertThat(loaded instanceof Loaded.Good)
                    .as("reload %d, %s: %s", step.number(), step.kind(), loaded)
                    .isEqualTo(isReadable);
            assertThat(step.before().changesTo(written.after()).isEmpty())
                    .as("whether reload %d, %s, changes nothing", step.number(), step.kind())
                    .isEqualTo(written.refusal().isPresent());
            assertThat(written.file())
                    .as("reload %d", step.number())
                    .matches(text -> step.kind() == ReloadKind.USER_FILE
                            || !text.equals(step.before().yaml()));
        }
    }

    private ConfigurationText first() throws IOException {
        InetAddress proxy = InetAddress.ofLiteral("10.71.1.3");
        return ConfigurationText.first(new Places(
                new InetSocketAddress(proxy, 8_080), InetAddress.ofLiteral("10.71.2.11"), folder.toRealPath()));
    }
}

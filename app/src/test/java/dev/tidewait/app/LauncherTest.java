package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code tidewait} in surroundings that have little. */
@Timeout(60)
final class LauncherTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWorkWithoutAHomeAsAServiceOfRootDoes() throws Exception {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("HOME", ""))) {
            Path out = help(environment);
            assertThat(out).content().contains("Exit codes of the launcher").doesNotContain("unbound variable");
        }
    }

    /** Runs a copy beside which a program seems to be built, because a JDK is looked for only then. */
    private Path help(Map<String, String> environment) throws IOException, InterruptedException {
        Files.copy(Path.of("../tidewait"), directory.resolve("tidewait"), StandardCopyOption.REPLACE_EXISTING);
        Path program = Files.createDirectories(directory.resolve("app/target/tidewait"));
        Files.writeString(program.resolve("built"), "");
        Path out = directory.resolve("out");
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", "tidewait", "--help")
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return out;
    }
}

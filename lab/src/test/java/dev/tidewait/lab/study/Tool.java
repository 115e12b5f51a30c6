package dev.tidewait.lab.study;

import dev.tidewait.lab.Namespace;
import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that make and read captures, run to their end. No state. */
final class Tool {
    private static final int LIMIT_SECONDS = 60;

    private Tool() {}

    /** What it wrote to stdout. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " failed: " + output);
        }
        return output;
    }

    static Process startIn(Host host, String... command) {
        return host.call(() -> start(command));
    }

    static Process startIn(Namespace namespace, String... command) {
        return namespace.call(() -> start(command));
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}

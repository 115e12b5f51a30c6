package dev.tidewait.app.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one of the system's small programs and reads what it prints. No state. */
final class Tool {
    private static final long LIMIT_SECONDS = 15;

    private Tool() {}

    /**
     * What came of it.
     *
     * @param text standard output
     * @param complaint standard error
     */
    record Output(int exitCode, String text, String complaint) {}

    /**
     * Runs it to its end.
     *
     * @throws IOException if it is not there, or has not ended after {@value #LIMIT_SECONDS} s
     */
    static Output run(List<String> command) throws IOException {
        // Files, not pipes: what they hold needs no reader while it is written.
        File out = Files.createTempFile("tidewait", ".out").toFile();
        File err = Files.createTempFile("tidewait", ".err").toFile();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(out)
                    .redirectError(err)
                    .start();
            try {
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException(
                            "'" + String.join(" ", command) + "' did not end within " + LIMIT_SECONDS + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for '" + String.join(" ", command) + "'", e);
            } finally {
                process.destroyForcibly();
            }
            return new Output(
                    process.exitValue(), Files.readString(out.toPath(), UTF_8), Files.readString(err.toPath(), UTF_8));
        } finally {
            Files.delete(out.toPath());
            Files.delete(err.toPath());
        }
    }

    /** Where commands are looked for. */
    static String searchPath() {
        String path = System.getenv("PATH");
        return path == null ? "/usr/local/bin:/usr/bin:/bin" : path; // as execvp(3) does without one
    }
}

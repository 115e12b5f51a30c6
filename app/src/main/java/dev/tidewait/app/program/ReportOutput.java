package dev.tidewait.app.program;

import dev.tidewait.app.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where reports go: to standard error, or into a file that each report writes anew. Any thread; one report at a time. */
public final class ReportOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ReportOutput.class);

    private final Optional<Path> file;
    private final boolean json;
    private final PrintWriter err;

    private ReportOutput(Optional<Path> file, boolean json, PrintWriter err) {
        this.file = file;
        this.json = json;
        this.err = err;
    }

    /**
     * Tries the file, so that nothing is started whose report would be lost.
     *
     * @throws IOException if it cannot be written to
     */
    public static ReportOutput open(Optional<Path> file, boolean json, PrintWriter err) throws IOException {
        if (file.isPresent()) {
            try {
                Files.newOutputStream(file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        .close();
            } catch (FileSystemException e) {
                throw new IOException(
                        "the report cannot be written to " + file.get() + ": "
                                + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason())
                                + ". Name a file in a directory that exists and may be written to",
                        e);
            }
        }
        return new ReportOutput(file, json, err);
    }

    /** Writes one report. */
    public synchronized void write(HookReport report) {
        String text =
                json ? Json.pretty(out -> HookJson.write(out, report, Integer.MAX_VALUE)) : HookTable.text(report);
        if (file.isEmpty()) {
            err.print(text);
            err.flush();
            return;
        }
        try {
            Files.writeString(file.get(), text);
        } catch (IOException e) {
            LOG.warn("the report cannot be written to {}: {}", file.get(), e.toString());
        }
    }
}

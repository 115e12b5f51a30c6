package dev.tidewait.app.study;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far the reading is: a bar on a terminal, from the first second on, in one line that is overwritten. Used by one thread. */
public final class Progress {
    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long NEXT_NANOS = 200_000_000;
    private static final int BAR_COLUMNS = 30;
    private static final double MEGABYTE = 1e6;

    private final Optional<PrintWriter> terminal;
    private final long totalBytes;
    private final long startNanos = System.nanoTime();
    private long doneBytes;
    private long nextNanos = startNanos + FIRST_NANOS;
    private boolean shown;

    /** @param terminal nothing is shown without one */
    public Progress(Optional<PrintWriter> terminal, List<StudyFile> files) {
        this.terminal = terminal;
        this.totalBytes = files.stream().allMatch(StudyFile::isRegular)
                ? files.stream().mapToLong(file -> file.size().orElse(0)).sum()
                : 0;
    }

    /** Opens a file so that what is read of it is counted. */
    InputStream watch(StudyFile file) throws IOException {
        return new FilterInputStream(file.open()) {
            @Override
            public int read() throws IOException {
                int read = in.read();
                if (read >= 0) {
                    advance(1);
                }
                return read;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int read = in.read(bytes, from, length);
                if (read > 0) {
                    advance(read);
                }
                return read;
            }
        };
    }

    private void advance(int bytes) {
        doneBytes += bytes;
        if (terminal.isPresent()) {
            long now = System.nanoTime();
            if (now >= nextNanos) {
                nextNanos = now + NEXT_NANOS;
                show(terminal.get(), (now - startNanos) / 1e9);
            }
        }
    }

    private void show(PrintWriter out, double seconds) {
        String line = totalBytes == 0
                ? String.format(Locale.ROOT, "%,.0f MB", doneBytes / MEGABYTE)
                : line(Math.min(1, (double) doneBytes / totalBytes), seconds);
        out.print(
                "\r" + line + String.format(Locale.ROOT, ", %,.0f MB/s", doneBytes / MEGABYTE / seconds) + "\u001b[K");
        out.flush();
        shown = true;
    }

    private String line(double share, double seconds) {
        int filled = (int) (share * BAR_COLUMNS);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %% of %,.0f MB, %,.0f s left",
                "#".repeat(filled),
                " ".repeat(BAR_COLUMNS - filled),
                100 * share,
                totalBytes / MEGABYTE,
                seconds / share - seconds);
    }

    /** Takes the bar away. */
    void end() {
        if (shown) {
            terminal.ifPresent(out -> {
                out.print("\r\u001b[K");
                out.flush();
            });
        }
    }
}

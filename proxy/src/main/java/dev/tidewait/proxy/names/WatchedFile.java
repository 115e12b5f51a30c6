package dev.tidewait.proxy.names;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a small configuration file says, read anew when it has changed. Any thread. */
final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private final Path path;
    private final Function<List<String>, T> reader;
    /** Guarded by this; empty before the first look and where there is no file. */
    private Optional<List<Object>> stamp = Optional.empty();

    private volatile T value;

    /** @param reader takes the lines; none if there is no file */
    WatchedFile(Path path, Function<List<String>, T> reader) {
        this.path = path;
        this.reader = reader;
        this.value = reader.apply(List.of());
        refresh();
    }

    T value() {
        return value;
    }

    /** Gives whether something has changed. Where the file cannot be read, what was known stays. */
    @CanIgnoreReturnValue
    synchronized boolean refresh() {
        try {
            Optional<List<Object>> now = look();
            if (now.equals(stamp)) {
                return false;
            }
            // Any byte is a character in Latin-1, and what matters is ASCII.
            value = reader.apply(now.isEmpty() ? List.of() : Files.readAllLines(path, StandardCharsets.ISO_8859_1));
            stamp = now;
            return true;
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}); what it said before stays in force", path, e.toString());
            return false;
        }
    }

    private Optional<List<Object>> look() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(List.of(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}

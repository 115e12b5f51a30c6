package dev.tidewait.proxy.opinions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that goes with its user. */
record Scratch(Path directory) implements AutoCloseable {
    Scratch() throws IOException {
        this(Files.createTempDirectory("opinion-"));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

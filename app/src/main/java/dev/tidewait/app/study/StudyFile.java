package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.CaptureException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A file to study, as the user named it; {@code -} is standard input. Immutable. */
public final class StudyFile {
    static final int LOOK_BYTES = 1 << 16;
    private static final String STANDARD_INPUT = "-";

    private final String name;

    public StudyFile(String name) {
        this.name = name;
    }

    String name() {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }

    Optional<Path> path() {
        return name.equals(STANDARD_INPUT) ? Optional.empty() : Optional.of(Path.of(name));
    }

    /** It may be opened more than once. */
    boolean isRegular() {
        return path().filter(Files::isRegularFile).isPresent();
    }

    /** Bytes on disk; unknown of a pipe. */
    OptionalLong size() {
        try {
            return isRegular() ? OptionalLong.of(Files.size(path().orElseThrow())) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    InputStream open() throws IOException {
        Optional<Path> path = path();
        if (path.isEmpty()) {
            return new FileInputStream(FileDescriptor.in);
        }
        if (Files.isDirectory(path.get())) {
            throw new CaptureException("it is a directory. Name the files in it: " + name + "/*");
        }
        return Files.newInputStream(path.get());
    }

    /** Whether a study that was written as JSON begins here. Reads nothing. */
    static boolean isJson(BufferedInputStream in) throws IOException {
        in.mark(LOOK_BYTES);
        int first = in.read();
        for (int i = 1; i < LOOK_BYTES && (first == ' ' || first == '\n' || first == '\r' || first == '\t'); i++) {
            first = in.read();
        }
        in.reset();
        return first == '{';
    }
}

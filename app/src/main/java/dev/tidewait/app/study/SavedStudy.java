package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.CaptureException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A study that was written as JSON. No state. */
public final class SavedStudy {
    private SavedStudy() {}

    /** @throws IOException it could not be read, or is no study; {@link #reason} says it in words */
    public static Study read(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new CaptureException("it is no file"); // a directory, or a pipe that nobody may ever write to
        }
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), StudyFile.LOOK_BYTES)) {
            if (!StudyFile.isJson(in)) {
                throw new CaptureException("it is no study written as JSON");
            }
            return StudyJsonReader.read(in);
        }
    }

    /** Why a study could not be read, without a full stop. */
    public static String reason(IOException e) {
        return switch (e) {
            case CaptureException no -> String.valueOf(no.getMessage());
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "this user may not read it";
            default -> "it could not be read: " + e.getMessage();
        };
    }
}

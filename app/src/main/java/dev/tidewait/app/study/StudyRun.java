package dev.tidewait.app.study;

import dev.tidewait.evidence.capture.CaptureException;
import dev.tidewait.evidence.capture.CaptureReader;
import dev.tidewait.evidence.capture.Frame;
import dev.tidewait.evidence.track.CaptureStudy;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what the user names: captures in the order of their times, and studies that were written as JSON. Used by one thread. */
public final class StudyRun {
    private final CaptureStudy captures;
    private final Progress progress;
    private final List<String> problems = new ArrayList<>();
    private Study merged = Study.NONE;
    private int captureCount;
    private int incompleteCount;
    private int unreadCount;

    /** @param connectionCount four-tuples that are followed at once */
    public StudyRun(int connectionCount, Progress progress) {
        this.captures = new CaptureStudy(connectionCount, new SecureRandom().nextLong());
        this.progress = progress;
    }

    /**
     * What came of it.
     *
     * @param study of all that could be read
     * @param problems what could not, a sentence each, with the name of the file
     * @param nothingRead no file could be read at all
     */
    public record Outcome(Study study, List<String> problems, boolean nothingRead) {}

    /** Reads every file. */
    public Outcome read(List<StudyFile> files) {
        for (StudyFile file : inOrderOfTime(files)) {
            try {
                read(file);
            } catch (IOException e) {
                unreadCount++;
                problems.add(file.name() + ": " + reason(e));
            }
        }
        progress.end();
        Study study = new Study(captures.finish(), captureCount, incompleteCount).plus(merged);
        return new Outcome(study, List.copyOf(problems), unreadCount == files.size());
    }

    private void read(StudyFile file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(progress.watch(file), StudyFile.LOOK_BYTES);
        if (StudyFile.isJson(in)) {
            try (in) {
                merged = merged.plus(StudyJsonReader.read(in));
            }
            return;
        }
        try (CaptureReader reader = CaptureReader.of(in)) {
            captureCount++;
            try {
                captures.read(reader);
            } catch (IOException e) {
                incompleteCount++;
                problems.add(file.name() + ": " + reason(e) + ". What comes before that is counted.");
            }
        }
    }

    /** Rotated captures follow each other; what cannot be read twice, or not at all, comes where it was named, among the others in order. */
    private static List<StudyFile> inOrderOfTime(List<StudyFile> files) {
        List<StudyFile> regular = files.stream().filter(StudyFile::isRegular).toList();
        if (regular.size() < 2) {
            return files;
        }
        Map<StudyFile, Long> begins = new HashMap<>();
        for (StudyFile file : regular) {
            firstTime(file).ifPresent(nanos -> begins.put(file, nanos));
        }
        Iterator<StudyFile> sorted = regular.stream()
                .sorted(Comparator.comparing(file -> begins.getOrDefault(file, Long.MAX_VALUE)))
                .iterator();
        Set<StudyFile> sortable = Set.copyOf(regular);
        return files.stream()
                .map(file -> sortable.contains(file) ? sorted.next() : file)
                .toList();
    }

    private static Optional<Long> firstTime(StudyFile file) {
        Frame frame = new Frame();
        try (InputStream in = file.open();
                CaptureReader reader = CaptureReader.of(in)) {
            while (reader.next(frame)) {
                if (frame.isTimed()) {
                    return Optional.of(frame.timeNanos());
                }
            }
        } catch (IOException e) {
            // Told when it is read.
        }
        return Optional.empty();
    }

    private static String reason(IOException e) {
        return switch (e) {
            case CaptureException capture -> String.valueOf(capture.getMessage());
            case NoSuchFileException missing -> "there is no such file.";
            case FileNotFoundException missing -> "there is no such file.";
            case AccessDeniedException denied ->
                "it may not be read: captures of tcpdump belong to root or to the user tcpdump.";
            default -> "it could not be read: " + e.getMessage();
        };
    }
}

package dev.tidewait.app.program;

import dev.tidewait.linux.ProcessStat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * That a {@code tidewait attach} is running, in a small file by which {@code detach} finds it. Immutable.
 *
 * @param processId of the attach
 * @param startTicks when it started; with the id it names one process (proc_pid_stat(5))
 * @param target as {@link AttachTarget#text} names it
 * @param cgroup where it is attached
 */
public record AttachRecord(long processId, long startTicks, String target, String cgroup) {
    /** Root's own, in contrast to the proxy's /run/tidewait: whoever may write here says whom detach signals and which cgroup it empties. */
    static final Path DIRECTORY = Path.of("/run/tidewait-attach");

    private static final String PREFIX = "attach-";

    /** While it is written. */
    private static final String NEW_PREFIX = ".new-";

    /** Leaves word of this process. */
    public static AttachRecord leave(String target, String cgroup) throws IOException {
        long self = ProcessHandle.current().pid();
        AttachRecord record = new AttachRecord(
                self,
                ProcessStat.of(self)
                        .orElseThrow(() -> new IOException("/proc shows no process " + self + "; is it mounted?"))
                        .startTicks(),
                target,
                cgroup);
        try {
            running(); // clears away what killed ones left
            record.write();
        } catch (FileSystemException e) {
            throw new IOException(
                    "detach could not find this attach: " + e.getFile() + " cannot be written: "
                            + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason())
                            + ". It needs root and a /run that may be written to",
                    e);
        }
        return record;
    }

    /** Under another name first, so that nobody reads, and clears away, half of it. */
    private void write() throws IOException {
        Files.createDirectories(
                DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path writing = DIRECTORY.resolve(NEW_PREFIX + processId);
        Files.deleteIfExists(writing); // of a killed one that had our number
        Files.writeString(
                writing,
                String.join("\n", Long.toString(processId), Long.toString(startTicks), target, cgroup) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        Files.move(writing, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes the word back. */
    public void remove() throws IOException {
        Files.deleteIfExists(file());
    }

    /** Every attach that is running. What killed ones left is removed. */
    public static List<AttachRecord> running() throws IOException {
        List<AttachRecord> running = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.filter(
                            file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                    .toList()) {
                Optional<AttachRecord> record = read(file);
                if (record.isPresent() && record.get().isRunning()) {
                    running.add(record.get());
                } else {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException nobodyEver) {
            return List.of();
        }
        return running;
    }

    private static Optional<AttachRecord> read(Path file) throws IOException {
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException ended) {
            return Optional.empty(); // since the directory was listed
        }
    }

    static Optional<AttachRecord> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AttachRecord(Long.parseLong(lines[0]), Long.parseLong(lines[1]), lines[2], lines[3]));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    /** Whether it keeps processes in a cgroup that it has made for them. */
    public boolean movedProcesses() {
        return target.startsWith(AttachTarget.Program.KIND);
    }

    public boolean isRunning() {
        return ProcessStat.of(processId)
                .filter(stat -> stat.startTicks() == startTicks)
                .isPresent();
    }

    private Path file() {
        return DIRECTORY.resolve(PREFIX + processId);
    }
}

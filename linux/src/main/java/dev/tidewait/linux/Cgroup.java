package dev.tidewait.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cgroup of the unified hierarchy (cgroups(7), version 2), by the directory that shows it. Immutable, any thread; it may cease to exist
 * at any time. Messages of its exceptions are for the user.
 */
public final class Cgroup {
    /** The line of version 2 in /proc/PID/cgroup. */
    private static final String UNIFIED = "0::";

    /** Behind the name of one that was removed while the process was still being waited for. */
    private static final String DELETED = " (deleted)";

    private static final String PROCESSES = "cgroup.procs";

    private final CgroupMount mount;
    private final Path path;

    private Cgroup(CgroupMount mount, Path path) {
        this.mount = mount;
        this.path = path;
    }

    /**
     * That of this process.
     *
     * @throws LinuxException if cgroup v2 is not mounted
     */
    public static Cgroup ofThisProcess() {
        return of("self");
    }

    /**
     * That of a process.
     *
     * @throws LinuxException if cgroup v2 is not mounted, or there is no such process
     */
    public static Cgroup ofProcess(long processId) {
        return of(Long.toString(processId));
    }

    private static Cgroup of(String process) {
        CgroupMount mount = CgroupMount.find();
        String file = "/proc/" + process + "/cgroup";
        String text =
                ProcFile.read(file, "cannot read " + file, "Check that the process exists and that /proc is mounted.");
        String name = text.lines()
                .filter(line -> line.startsWith(UNIFIED))
                .map(line -> line.substring(UNIFIED.length()))
                .map(line -> line.endsWith(DELETED) ? line.substring(0, line.length() - DELETED.length()) : line)
                .findFirst()
                .orElseThrow(() -> new LinuxException(
                        file + " names no cgroup of version 2", Errno.ENOENT, "Boot with cgroup v2 enabled."));
        return mount.directory(name)
                .map(path -> new Cgroup(mount, path))
                .orElseThrow(() -> new LinuxException(
                        "the cgroup " + name + " of process " + process + " is not below " + mount.point(),
                        Errno.ENOENT,
                        "This container sees only a part of the cgroups; run on the host."));
    }

    /**
     * The one at a path, absolute or as systemd writes it ({@code /system.slice/nginx.service}).
     *
     * @return empty if there is none
     * @throws LinuxException if cgroup v2 is not mounted
     */
    public static Optional<Cgroup> at(Path path) {
        CgroupMount mount = CgroupMount.find();
        Path absolute = path.toAbsolutePath().normalize();
        Path inside = absolute.startsWith(mount.point())
                ? absolute
                : mount.point().resolve(absolute.toString().substring(1)).normalize();
        Cgroup found = new Cgroup(mount, inside);
        return found.exists() ? Optional.of(found) : Optional.empty();
    }

    /** Its directory, absolute. */
    public Path path() {
        return path;
    }

    /** Whether everything that is mounted here lies below it. */
    public boolean isRoot() {
        return path.equals(mount.point());
    }

    /** Whether the other one is this one or below it. */
    public boolean contains(Cgroup other) {
        return other.path.startsWith(path);
    }

    /** The one above. */
    public Optional<Cgroup> parent() {
        return isRoot()
                ? Optional.empty()
                : Optional.ofNullable(path.getParent()).map(above -> new Cgroup(mount, above));
    }

    /** The one of that name below, which need not exist. */
    public Cgroup child(String name) {
        return new Cgroup(mount, path.resolve(name));
    }

    /** Last part of its path. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** The kernel's number of it, by which one that was removed is told from another of the same name; -1 if it is gone. */
    public long id() {
        try {
            return (long) Files.getAttribute(path, "unix:ino");
        } catch (IOException gone) {
            return -1;
        }
    }

    public boolean exists() {
        return Files.isRegularFile(path.resolve(PROCESSES));
    }

    /** Makes it. */
    public void create() throws IOException {
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("the cgroup " + path + " exists already", e);
        } catch (FileSystemException e) {
            throw new IOException(
                    "cannot make the cgroup " + path + ": " + reason(e)
                            + ". It needs root and a writable cgroup file system; most containers have it read-only: run on the host",
                    e);
        }
    }

    /**
     * Removes it.
     *
     * @return false if processes or other cgroups are in it
     */
    public boolean remove() throws IOException {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (FileSystemException e) {
            if (!Files.exists(path)) {
                return true;
            }
            if (!processes().isEmpty() || !children().isEmpty() || isBusy(e)) {
                return false;
            }
            throw new IOException("cannot remove the cgroup " + path + ": " + reason(e), e);
        }
    }

    /** Ids of the processes in it, without those below; none if it is gone. */
    public List<Long> processes() throws IOException {
        List<Long> processes = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(path.resolve(PROCESSES))) {
                processes.add(Long.parseLong(line));
            }
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (FileSystemException e) {
            throw new IOException("cannot list the processes in " + path + ": " + reason(e), e);
        } catch (IOException e) {
            if (exists()) {
                throw e;
            }
            return List.of(); // ENODEV: removed while it was read
        }
        return processes;
    }

    /** Ids of the processes in it and below. */
    public List<Long> allProcesses() throws IOException {
        List<Long> all = new ArrayList<>(processes());
        for (Cgroup child : children()) {
            all.addAll(child.allProcesses());
        }
        return all;
    }

    /** Those directly below; none if it is gone. */
    public List<Cgroup> children() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> new Cgroup(mount, entry))
                    .toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException || !exists()) {
                return List.of(); // removed while it was listed
            }
            throw e.getCause();
        }
    }

    /** The file that a process id is written to in order to move that process here. */
    public Path processesFile() {
        return path.resolve(PROCESSES);
    }

    /**
     * Moves a process here, all its threads with it.
     *
     * @return false if the process has ended
     */
    public boolean add(long processId) throws IOException {
        try {
            ProcFile.write(
                    processesFile().toString(),
                    Long.toString(processId),
                    "cannot move process " + processId + " to the cgroup " + path,
                    "It needs root, a cgroup file system that is writable, and a cgroup for processes, not for threads.");
            return true;
        } catch (LinuxException e) {
            if (e.errno().symbol().equals("ESRCH")) {
                return false;
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isBusy(FileSystemException e) {
        return reason(e).contains("busy");
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cgroup that && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}

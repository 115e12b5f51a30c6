package dev.tidewait.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Runs a program of this class path as user nobody, without any capability. The class path is copied to where nobody may read it:
 * neither a build directory nor the local Maven repository need be readable for others. Any thread; close it once.
 */
final class OrdinaryUser implements AutoCloseable {
    private static final List<String> AS_NOBODY = List.of(
            "setpriv",
            "--reuid",
            "nobody",
            "--regid",
            "nogroup",
            "--clear-groups",
            "--bounding-set",
            "-all",
            "--inh-caps",
            "-all",
            "--ambient-caps",
            "-all",
            "--no-new-privs");

    private final Path folder;
    private final String classPath;

    private OrdinaryUser(Path folder, String classPath) {
        this.folder = folder;
        this.classPath = classPath;
    }

    /** Copies the class path. */
    static OrdinaryUser create() {
        try {
            Path folder = Files.createTempDirectory("tidewait-lab-nobody-");
            List<Path> entries = Stream.of(ownClassPath().split(File.pathSeparator, -1))
                    .map(entry -> Path.of(entry).toAbsolutePath())
                    .filter(Files::exists)
                    .toList();
            List<String> copies = new ArrayList<>();
            for (Path from : entries) {
                Path to = folder.resolve(Integer.toString(copies.size()));
                if (entries.size() == 1) {
                    // Run with -jar: its manifest names the libraries beside it.
                    copy(from.resolveSibling(".").normalize(), to);
                    copies.add(to.resolve(from.getFileName()).toString());
                } else {
                    copy(from, to);
                    copies.add(to.toString());
                }
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            return new OrdinaryUser(folder, String.join(File.pathSeparator, copies));
        } catch (IOException e) {
            throw new LabException("cannot copy the class path for user nobody: " + e.getMessage(), e);
        }
    }

    /** Turns a command of this process's class path into one that runs as nobody. */
    UnaryOperator<List<String>> launcher() {
        return command -> Stream.concat(AS_NOBODY.stream(), command.stream())
                .map(word -> word.equals(ownClassPath()) ? classPath : word)
                .toList();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String ownClassPath() {
        return System.getProperty("java.class.path");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}

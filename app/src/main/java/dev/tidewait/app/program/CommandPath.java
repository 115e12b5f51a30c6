package dev.tidewait.app.program;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Which file the name of a command stands for, looked up as execvp(3) does. No state. */
public final class CommandPath {
    private CommandPath() {}

    /** What was found. */
    public sealed interface Answer {}

    /** A file that may be executed by this process. */
    public record Found(Path file) implements Answer {}

    /**
     * Nothing of that name.
     *
     * @param message what is missing, where it was looked for, what to do
     */
    public record NotFound(String message) implements Answer {}

    /**
     * Something that cannot be executed.
     *
     * @param message what it is, and what to do
     */
    public record NotExecutable(String message) implements Answer {}

    /**
     * Looks it up.
     *
     * @param name the first word of the command line
     * @param searchPath the environment's PATH
     */
    public static Answer find(String name, String searchPath) {
        try {
            return name.contains("/") ? check(Path.of(name), name) : search(name, searchPath);
        } catch (InvalidPathException e) {
            return new NotFound("'" + name + "' is not the name of a file: " + e.getReason());
        }
    }

    private static Answer search(String name, String searchPath) {
        Optional<Path> unfit = Optional.empty();
        for (String directory : searchPath.split(":", -1)) {
            Path file = Path.of(directory).resolve(name); // an empty part means the working directory
            if (name.isEmpty() || !Files.exists(file)) {
                continue;
            }
            if (isProgram(file)) {
                return new Found(file);
            }
            unfit = unfit.or(() -> Optional.of(file));
        }
        return unfit.map(file -> check(file, name))
                .orElseGet(() -> new NotFound("there is no command '" + name + "' in PATH (" + searchPath
                        + "). Check its spelling, install it, or give its whole path"
                        + (Files.exists(Path.of("/usr/sbin", name)) ? ": /usr/sbin/" + name : "")));
    }

    private static Answer check(Path file, String name) {
        if (!Files.exists(file)) {
            return new NotFound("there is no file " + name + ". Check the path");
        }
        if (Files.isDirectory(file)) {
            return new NotExecutable(file + " is a directory. Name the program in it");
        }
        return isProgram(file)
                ? new Found(file)
                : new NotExecutable(
                        file
                                + " may not be executed. Check its mode (chmod +x) and whether its file system is mounted noexec");
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}

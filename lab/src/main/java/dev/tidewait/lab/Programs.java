package dev.tidewait.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the lab's C programs are: beside the classes, or unpacked from the jar to a folder removed at exit. Any thread. */
final class Programs {
    private static final String FOLDER = "programs/";

    private Programs() {}

    /** Path of an executable by its name ({@code load}, {@code origin}, {@code tap}, {@code leash}, …). */
    static synchronized Path path(String name) {
        URL found = Programs.class.getResource(FOLDER + name);
        if (found == null) {
            throw new LabException(
                    "the lab's program '" + name + "' was not built: run the Maven build of module lab (it needs gcc)");
        }
        if (found.getProtocol().equals("file")) {
            return Path.of(URI.create(found.toString()));
        }
        try {
            return unpack(name);
        } catch (IOException e) {
            throw new LabException("cannot unpack the lab's program '" + name + "': " + e.getMessage(), e);
        }
    }

    private static Path unpack(String name) throws IOException {
        Path folder = Unpacked.FOLDER;
        Path program = folder.resolve(name);
        if (!Files.exists(program)) {
            try (InputStream bytes = Programs.class.getResourceAsStream(FOLDER + name)) {
                if (bytes == null) {
                    throw new IOException("it is not in the jar");
                }
                Files.copy(bytes, program);
            }
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            program.toFile().deleteOnExit();
        }
        return program;
    }

    private static final class Unpacked {
        static final Path FOLDER = create();

        private static Path create() {
            try {
                Path folder = Files.createTempDirectory("tidewait-lab-");
                folder.toFile().deleteOnExit();
                return folder;
            } catch (IOException e) {
                throw new LabException("cannot make a folder for the lab's programs: " + e.getMessage(), e);
            }
        }
    }
}

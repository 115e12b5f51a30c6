package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Tidewait as the launcher starts it: from jars, with the distribution's flags and an AOT cache trained by {@code self-test}. Used by one thread. */
final class BuiltProgram {
    private static final Path FLAGS = Path.of("src/main/dist/jvm.flags");
    private static final long TRAINING_SECONDS = 120;

    private final List<String> command;

    private BuiltProgram(List<String> command) {
        this.command = command;
    }

    /** Makes it of the classes under test, in an empty directory, and trains it in the calling thread's network namespace. */
    static BuiltProgram make(Path directory) throws IOException, InterruptedException {
        List<String> start = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "@" + FLAGS.toAbsolutePath(),
                "-cp",
                String.join(File.pathSeparator, jars(directory))));
        Path cache = directory.resolve("tidewait.aot");
        List<String> training = new ArrayList<>(start);
        training.add(1, "-XX:AOTCacheOutput=" + cache);
        training.addAll(List.of(TidewaitMain.class.getName(), "self-test"));
        Path log = directory.resolve("training.log");
        Process process = new ProcessBuilder(training)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        assertThat(cache).isNotEmptyFile();
        start.add(1, "-XX:AOTCache=" + cache);
        // As the launcher has it for the doctor.
        start.add(1, "-XX:TieredStopAtLevel=1");
        start.add(TidewaitMain.class.getName());
        return new BuiltProgram(start);
    }

    /** The command line. */
    List<String> with(String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return all;
    }

    /** An AOT cache knows jars only. */
    private static List<String> jars(Path directory) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                jars.add(entry);
            } else if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
                Path jar = directory.resolve(jars.size() + ".jar");
                write(jar, path);
                jars.add(jar.toString());
            }
        }
        return jars;
    }

    private static void write(Path jar, Path classes) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}

package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@link CensusMain} in a process of its own, in a host's network namespace. */
final class ChildCensus {
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--bounding-set", "-all");

    private ChildCensus() {}

    /** What it prints. */
    static String run(Host host) {
        return run(host, List.of(), System.getProperty("java.class.path"));
    }

    /** The same as user nobody, without any capability. */
    static String runAsNobody(Host host, Path folder) {
        return run(host, AS_NOBODY, readableClassPath(folder));
    }

    private static String run(Host host, List<String> prefix, String classPath) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // As app/src/main/dist/jvm.flags has it.
                "-XX:+UseParallelGC",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                classPath,
                CensusMain.class.getName()));
        return host.call(() -> {
            Process process = new ProcessBuilder(command)
                    .directory(new File("/"))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        });
    }

    /** Copies of Tidewait's own classes: build directories need not be readable for others. */
    private static String readableClassPath(Path folder) {
        List<String> copies = new ArrayList<>();
        try {
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                Path from = Path.of(entry);
                if (Files.isDirectory(from) || entry.contains("tidewait-")) {
                    Path to = folder.resolve(Integer.toString(copies.size()) + (Files.isDirectory(from) ? "" : ".jar"));
                    copy(from, to);
                    copies.add(to.toString());
                }
            }
            makeReadable(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void makeReadable(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }
}

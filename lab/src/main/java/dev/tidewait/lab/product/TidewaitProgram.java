package dev.tidewait.lab.product;

import dev.tidewait.lab.LabException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The product's own command line, as the launcher runs it. No state. */
public final class TidewaitProgram {
    private static final String MAIN = "dev.tidewait.app.TidewaitMain";
    /** The flags that the product's launcher gives it (jvm.flags). */
    private static final List<String> FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders");

    private static final String REAP = "reap";
    private static final String LIVE = "--live";
    /** The launcher's too, for these two alone: they work for a few milliseconds at a time. */
    private static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

    private static final String PROXY = "proxy";
    /** The launcher's too, for this command alone. */
    private static final String PROXY_FLAG = "-Xmn24m";

    /** Set by the launcher: the folder of the program that it has built. */
    private static final String PROGRAM_PROPERTY = "tidewait.program";
    /** Set by the launcher: its own path. */
    private static final String LAUNCHER_PROPERTY = "tidewait.launcher";

    private TidewaitProgram() {}

    public static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(FLAGS);
        if (arguments.getFirst().equals(REAP) || arguments.contains(LIVE)) {
            command.add(FIRST_COMPILER);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(arguments);
        return command;
    }

    /** As the launcher starts it, AOT cache and all; where the lab was not started by the launcher, {@link #command}. */
    public static List<String> delivered(List<String> arguments) {
        String folder = System.getProperty(PROGRAM_PROPERTY, "");
        if (folder.isEmpty()) {
            return command(arguments);
        }
        List<String> command = new ArrayList<>(List.of(
                java(),
                "@" + Path.of(folder, "jvm.flags"),
                "-Djava.library.path=" + Path.of(folder, "META-INF", "native"),
                "-XX:AOTCache=" + Path.of(folder, "tidewait.aot"),
                "-jar",
                jar(Path.of(folder, "lib")).toString()));
        if (arguments.getFirst().equals(PROXY)) {
            command.add(1, PROXY_FLAG);
        }
        command.addAll(arguments);
        return command;
    }

    /** The launcher itself, as a user starts it; where the lab was not started by the launcher, {@link #command}. */
    public static List<String> launched(List<String> arguments) {
        String launcher = System.getProperty(LAUNCHER_PROPERTY, "");
        if (launcher.isEmpty()) {
            return command(arguments);
        }
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(arguments);
        return command;
    }

    /** Names the program that {@link #delivered} starts by what it is made of: another build has another name. */
    public static String version() {
        String folder = System.getProperty(PROGRAM_PROPERTY, "");
        if (folder.isEmpty()) {
            return "Tidewait of the class path";
        }
        CRC32 sum = new CRC32();
        try (Stream<Path> files = Files.list(Path.of(folder, "lib"))) {
            for (Path jar : files.filter(file -> file.getFileName().toString().startsWith("tidewait-"))
                    .sorted()
                    .toList()) {
                sum.update(Files.readAllBytes(jar));
            }
        } catch (IOException e) {
            throw new LabException("cannot read the program in " + folder + ": " + e.getMessage(), e);
        }
        return "Tidewait " + Long.toHexString(sum.getValue());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path jar(Path folder) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "tidewait-app-*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        } catch (IOException e) {
            throw new LabException("cannot look for the program in " + folder + ": " + e.getMessage(), e);
        }
        throw new LabException("there is no tidewait-app in " + folder + ": run './tidewait version', which builds it");
    }
}

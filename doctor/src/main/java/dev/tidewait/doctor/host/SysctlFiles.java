package dev.tidewait.doctor.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The assignments that boot applies, in the order in which it does (sysctl.d(5), sysctl(8) with {@code --system}): files by name, where one in an
 * earlier directory hides those of the same name in later ones, then /etc/sysctl.conf. The last one counts. Owned by one thread.
 */
final class SysctlFiles {
    private static final String ENDING = ".conf";

    /** Each hides the following. */
    private static final List<String> DIRECTORIES =
            List.of("etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d", "lib/sysctl.d");

    private final ProcText text;

    SysctlFiles(ProcText text) {
        this.text = text;
    }

    List<SysctlLine> read() {
        List<SysctlLine> lines = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        Path etc = text.roots().files().resolve("etc");
        for (Path file : files()) {
            real(file).filter(seen::add).ifPresent(real -> add(real, !file.startsWith(etc), lines));
        }
        // Read last by sysctl --system, and by systemd as 99-sysctl.conf: once is enough.
        real(etc.resolve("sysctl.conf")).filter(seen::add).ifPresent(real -> add(real, false, lines));
        return lines;
    }

    private Iterable<Path> files() {
        TreeMap<String, Path> byName = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            try (Stream<Path> entries = Files.list(text.roots().files().resolve(directory))) {
                entries.filter(file -> String.valueOf(file.getFileName()).endsWith(ENDING))
                        .forEach(file -> byName.putIfAbsent(String.valueOf(file.getFileName()), file));
            } catch (NoSuchFileException | NotDirectoryException none) {
                // Most hosts have only some of the directories.
            } catch (IOException e) {
                text.note("settings in /" + directory, "the directory cannot be read: " + e.getMessage());
            }
        }
        return byName.values();
    }

    /** Empty for what is not a file; a link to /dev/null hides others and says nothing. */
    private static Optional<Path> real(Path file) {
        try {
            Path real = file.toRealPath();
            return Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private void add(Path file, boolean ofPackage, List<SysctlLine> lines) {
        String[] content = text.ifThere(file, "settings in " + file).orElse("").split("\n", -1);
        for (int i = 0; i < content.length; i++) {
            String line = content[i].strip();
            int equals = line.indexOf('=');
            if (equals > 0 && line.charAt(0) != '#' && line.charAt(0) != ';') {
                String value = line.substring(equals + 1).strip();
                lines.add(new SysctlLine(file, i + 1, key(line.substring(0, equals)), value, ofPackage));
            }
        }
    }

    /** A leading minus only means that an error is to be ignored; slashes may stand for the dots. */
    private static String key(String written) {
        String key = written.strip();
        key = key.startsWith("-") ? key.substring(1).strip() : key;
        int slash = key.indexOf('/');
        int dot = key.indexOf('.');
        return slash >= 0 && (dot < 0 || slash < dot) ? key.replace('/', '.') : key;
    }
}

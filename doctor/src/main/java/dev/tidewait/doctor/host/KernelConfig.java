package dev.tidewait.doctor.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** How the running kernel was built, where it says so. Immutable, any thread. */
final class KernelConfig {
    /** A kernel's configuration has about 300 kB. */
    private static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private final Optional<Set<String>> enabled;

    private KernelConfig(Optional<Set<String>> enabled) {
        this.enabled = enabled;
    }

    /** From /proc/config.gz, else from the file that distributions put into /boot or beside the modules. */
    static KernelConfig read(Roots roots, String release) {
        List<Path> places = List.of(
                roots.proc().resolve("config.gz"),
                roots.files().resolve("boot/config-" + release),
                roots.files().resolve("lib/modules/" + release + "/config"));
        for (Path place : places) {
            if (Files.isReadable(place)) {
                try (InputStream file = Files.newInputStream(place);
                        InputStream in = place.toString().endsWith(".gz") ? new GZIPInputStream(file) : file) {
                    return of(new String(in.readNBytes(LIMIT_BYTES), UTF_8));
                } catch (IOException unreadable) {
                    // The next place may do.
                }
            }
        }
        return new KernelConfig(Optional.empty());
    }

    static KernelConfig of(String text) {
        return new KernelConfig(Optional.of(text.lines()
                .filter(line -> line.endsWith("=y") || line.endsWith("=m"))
                .map(line -> line.substring(0, line.length() - 2))
                .collect(Collectors.toSet())));
    }

    /** Whether the kernel was built with the option, as a module too; empty if its configuration is nowhere to be read. */
    Optional<Boolean> has(String option) {
        return enabled.map(options -> options.contains(option));
    }
}

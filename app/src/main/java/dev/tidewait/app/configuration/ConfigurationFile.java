package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Binder;
import dev.tidewait.app.binding.Findings;
import dev.tidewait.app.binding.Position;
import dev.tidewait.app.binding.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads configuration files. No state; asks nothing but the file. */
public final class ConfigurationFile {
    /** Bytes; the largest file that makes sense is far smaller. */
    private static final long LARGEST_FILE = 1 << 20;

    private ConfigurationFile() {}

    /** What applies without a file. */
    public static Configuration defaults() {
        return switch (parse("defaults", "")) {
            case Loaded.Good good -> good.configuration();
            case Loaded.Bad bad -> throw new IllegalStateException("the defaults are wrong: " + bad.problems());
        };
    }

    public static Loaded read(Path file) {
        String name = file.toString();
        try {
            if (Files.isDirectory(file)) {
                return unreadable(name, "it is a directory; name the file in it");
            }
            if (Files.size(file) > LARGEST_FILE) {
                return unreadable(name, "it is larger than 1 MiB; this cannot be a configuration");
            }
            return parse(name, Files.readString(file));
        } catch (NoSuchFileException e) {
            return unreadable(name, "there is no such file; check the path");
        } catch (AccessDeniedException e) {
            return unreadable(name, "reading it is not permitted; check its owner and mode");
        } catch (CharacterCodingException e) {
            return unreadable(name, "it is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            return unreadable(name, "it cannot be read: " + e.getMessage());
        }
    }

    /** @param name what messages call the file */
    public static Loaded parse(String name, String text) {
        Findings findings = new Findings(name);
        Optional<Configuration> configuration = new Binder(ValueTypes.ALL).bind(Configuration.class, text, findings);
        configuration.ifPresent(bound -> new CrossChecks(bound, findings).run());
        List<Problem> problems = findings.problems();
        return configuration.isPresent() && problems.isEmpty()
                ? new Loaded.Good(configuration.get())
                : new Loaded.Bad(problems);
    }

    private static Loaded unreadable(String name, String why) {
        return new Loaded.Bad(List.of(new Problem(name, Position.START, why)));
    }
}

package dev.tidewait.app;

import dev.tidewait.app.binding.Problem;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the configuration that a command was given, and prints what is wrong with it. No state. */
final class ConfigurationArgument {
    private ConfigurationArgument() {}

    /** Empty if the file is wrong; then every problem was printed. */
    static Optional<Configuration> read(Path file, PrintWriter err) {
        return switch (ConfigurationFile.read(file)) {
            case Loaded.Good good -> Optional.of(good.configuration());
            case Loaded.Bad bad -> {
                print(bad.problems(), err);
                yield Optional.empty();
            }
        };
    }

    static void print(List<Problem> problems, PrintWriter err) {
        problems.forEach(err::println);
        err.println(
                problems.size() == 1 ? "1 problem; nothing was done" : problems.size() + " problems; nothing was done");
    }
}

package dev.tidewait.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How many descriptors this process may have. No state. */
final class OpenFiles {
    /** Fewer are worth a word; an exchange needs two. */
    private static final long FEW = 16_384;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String ROW = "Max open files";

    private OpenFiles() {}

    /** What to do about a low limit; empty if it is high enough. */
    static Optional<String> advice() {
        try {
            return advice(Files.readString(LIMITS));
        } catch (IOException noProc) {
            return Optional.empty(); // advice only; whoever needs /proc says so
        }
    }

    static Optional<String> advice(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith(ROW))
                .map(line -> line.substring(ROW.length()).strip().split("\\s+")[0])
                .filter(soft -> soft.chars().allMatch(Character::isDigit))
                .map(Long::parseLong)
                .filter(soft -> soft < FEW)
                .map(soft ->
                        "at most " + soft / 2 + " connections can be open at once, because open files are limited to "
                                + soft + "; raise it (ulimit -n, or LimitNOFILE= in the systemd unit)")
                .findFirst();
    }
}

package dev.tidewait.app;

import dev.tidewait.linux.TerminalWidth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at what is written, and how much fits into a line. No state; asks /proc and the kernel. */
enum Terminal {
    STDOUT(1),
    STDERR(2);

    private final int descriptor;

    Terminal(int descriptor) {
        this.descriptor = descriptor;
    }

    boolean isThere() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false; // closed, or no /proc
        }
    }

    /** Columns; as many as there can be where nobody looks, or where the terminal does not say. */
    int columns() {
        return isThere() ? TerminalWidth.ofDescriptor(descriptor).orElse(Integer.MAX_VALUE) : Integer.MAX_VALUE;
    }
}

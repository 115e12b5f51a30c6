package dev.tidewait.app;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The terminal that this process was started from. No state; asks the kernel. */
final class ControllingTerminal {
    private ControllingTerminal() {}

    /** Whether there is one now: a service has none, and a window that was closed is none any more (tty(4)). */
    static boolean exists() {
        try (InputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal.available() >= 0;
        } catch (IOException gone) {
            return false; // ENXIO is the answer to the question
        }
    }
}

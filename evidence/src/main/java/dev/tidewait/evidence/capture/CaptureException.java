package dev.tidewait.evidence.capture;

import java.io.IOException;

/** A capture that cannot be read (further). The message says what was found, at which byte, and what to do; what was read before it stays good. */
public final class CaptureException extends IOException {
    public CaptureException(String message) {
        super(message);
    }

    CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.tidewait.lab.campus;

import java.io.IOException;
import java.io.Serial;

/** Something came out otherwise than the destination was asked for; the message says what, without anything that differs each time. */
final class Unexpected extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    Unexpected(String what) {
        super(what);
    }
}

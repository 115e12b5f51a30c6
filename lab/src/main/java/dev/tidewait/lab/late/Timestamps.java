package dev.tidewait.lab.late;

import java.util.Locale;

/** Which side offers TCP timestamps (RFC 7323); they are in use only where both do. */
public enum Timestamps {
    BOTH,
    NEITHER,
    CLIENT_ONLY,
    SERVER_ONLY;

    boolean ofClient() {
        return this == BOTH || this == CLIENT_ONLY;
    }

    boolean ofServer() {
        return this == BOTH || this == SERVER_ONLY;
    }

    @Override
    public String toString() {
        return "timestamps-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

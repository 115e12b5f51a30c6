package dev.tidewait.lab.crowd;

import java.util.Locale;

/** How members of the crowd go through the proxy. */
public enum Passage {
    /** Each has a tunnel by CONNECT. */
    TUNNEL,
    /** Each sends a request in absolute-form. */
    HTTP;

    /** As the command line writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.tidewait.lab.campus;

import java.util.Locale;

/** How a visit goes through the proxy. */
public enum Way {
    /** A tunnel by CONNECT. */
    CONNECT,
    /** Requests in absolute-form. */
    HTTP,
    /** A tunnel by SOCKS5. */
    SOCKS5;

    /** As the command line and reports write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

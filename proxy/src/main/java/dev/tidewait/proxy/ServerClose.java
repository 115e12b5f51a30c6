package dev.tidewait.proxy;

import java.util.Locale;

/**
 * Who ends a server connection that is not kept, and so whose ports pay for it: docs/http-proxy.md has the effect of each.
 */
public enum ServerClose {
    /** The request says {@code Connection: close} and the server's FIN is awaited; so the server holds TIME_WAIT. */
    SERVER,
    /** Our FIN, as soon as the response is complete; so this host holds TIME_WAIT. */
    GRACEFUL,
    /** RST, after both the request and the response are complete; nobody holds TIME_WAIT. */
    RESET;

    /** As the configuration writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

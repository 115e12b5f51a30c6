package dev.tidewait.lab;

import java.util.Locale;

/** Who ends a connection between proxy and server after the last answer on it: the proxy's setting {@code http.serverClose}. */
enum ServerClose {
    /** The request says {@code Connection: close}: the server sends its FIN first. */
    SERVER,
    /** The proxy sends its FIN first. */
    GRACEFUL,
    /** The proxy resets when everything has come. */
    RESET;

    /** How a transaction ends between proxy and server whose path asks the origin for {@code asked}. */
    CloseOrder ends(CloseOrder asked) {
        return this == SERVER && asked == CloseOrder.CLIENT ? CloseOrder.SERVER : asked;
    }

    /** As the configuration and the command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

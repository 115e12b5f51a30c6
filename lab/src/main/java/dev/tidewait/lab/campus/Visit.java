package dev.tidewait.lab.campus;

import java.io.IOException;
import java.net.InetAddress;

/** One client connection and what is done on it. Used by one thread. */
interface Visit {
    /**
     * Makes it, to its end.
     *
     * @param from the client's address
     * @param town where everybody is
     * @param random evenly spread, the visit's own
     * @throws IOException if it comes out otherwise than its fate says
     */
    void make(InetAddress from, Town town, Fate fate, int random) throws IOException;

    static Visit by(Way way) {
        return switch (way) {
            case CONNECT -> new ConnectVisit();
            case HTTP -> new HttpVisit();
            case SOCKS5 -> new SocksVisit();
        };
    }
}

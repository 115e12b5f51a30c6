package dev.tidewait.proxy;

import dev.tidewait.proxy.http1.ClientAddress;

/**
 * How HTTP requests are passed on, for all listeners. Immutable.
 *
 * @param idlePerDestination server connections kept for later requests to one destination, for each event loop; 0 = none is kept
 * @param idleInAll the same for all destinations together
 * @param serverClose who ends a server connection that is not kept
 * @param clientAddress whether servers are told the client's address
 */
public record HttpSettings(
        int idlePerDestination, int idleInAll, ServerClose serverClose, ClientAddress clientAddress) {
    private static final int LARGEST = 65_536;

    /** 1,024, 1,024, our FIN first, clients' addresses are kept private. */
    public static final HttpSettings DEFAULTS = new HttpSettings(1024, 1024, ServerClose.GRACEFUL, ClientAddress.OFF);

    public HttpSettings {
        check("idlePerDestination", idlePerDestination);
        check("idleInAll", idleInAll);
    }

    private static void check(String name, int value) {
        if (value < 0 || value > LARGEST) {
            throw new IllegalArgumentException("http." + name + " is " + value + "; give 0 to " + LARGEST);
        }
    }

    /** Whether server connections are kept at all. */
    boolean keepsConnections() {
        return idlePerDestination > 0 && idleInAll > 0;
    }
}

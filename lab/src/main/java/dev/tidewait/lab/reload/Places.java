package dev.tidewait.lab.reload;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Addresses and files that the proxy's configuration names. Immutable.
 *
 * @param listener where the proxy's main listener is
 * @param source the address it connects from
 * @param folder where its user file and its access logs are
 */
record Places(InetSocketAddress listener, InetAddress source, Path folder) {
    private static final int TAKEN_PORT = 9_999;

    /** Listeners that come and go have this port and the following ones. */
    private static final int FIRST_OTHER_PORT = 10_000;

    /** Where a listener listens that the reload of that number adds. */
    InetSocketAddress other(int number) {
        return new InetSocketAddress(listener.getAddress(), FIRST_OTHER_PORT + number);
    }

    /** Where another program listens. */
    InetSocketAddress taken() {
        return new InetSocketAddress(listener.getAddress(), TAKEN_PORT);
    }

    Path userFile() {
        return folder.resolve("users");
    }
}

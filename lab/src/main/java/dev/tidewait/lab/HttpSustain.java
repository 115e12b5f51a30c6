package dev.tidewait.lab;

import java.util.List;

/**
 * The HTTP side of {@code lab sustain}. Immutable.
 *
 * @param serverClose the proxy's setting
 * @param perConnection requests on each client connection; from 2 on the proxy keeps its server connections, else each has one request
 */
record HttpSustain(ServerClose serverClose, int perConnection) {
    boolean keepsConnections() {
        return perConnection > 1;
    }

    /** Lines of the proxy's configuration. */
    List<String> settings() {
        return List.of("http: { serverClose: " + serverClose + ", keepAlive: " + keepsConnections() + " }");
    }
}

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

    /**
     * Lines of the proxy's configuration.
     *
     * @param inFlight requests at any time: so many connections may be without one for a moment, and shall not be given up for that
     */
    List<String> settings(int inFlight) {
        String kept = keepsConnections()
                ? "keepAlive: true, idlePerDestination: " + inFlight + ", idleInAll: " + inFlight
                : "keepAlive: false";
        return List.of("http: { serverClose: " + serverClose + ", " + kept + " }");
    }
}

package dev.tidewait.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Where {@code CONNECT} asks to go. Immutable.
 *
 * @param first HOST:PORT; where there are several, an address and the first port
 * @param addresses how many, from the first on, one after the other
 * @param ports how many on each, from the first on
 */
public record Tunnels(String first, int addresses, int ports) {
    /** All to one place. */
    public static Tunnels to(String hostAndPort) {
        return new Tunnels(hostAndPort, 1, 1);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--connect", first));
        if (addresses > 1 || ports > 1) {
            arguments.addAll(List.of("--connect-many", addresses + "," + ports));
        }
        return arguments;
    }
}

package dev.tidewait.lab.reload;

import dev.tidewait.lab.Topology;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where the connections that live long come from, and which way they go. Immutable. */
final class SteadyWays {
    private static final int SERVER_PORT = 9_000;

    private final Topology topology;
    private final InetSocketAddress server;

    SteadyWays(Topology topology) {
        this.topology = topology;
        this.server = new InetSocketAddress(topology.origin().getAddress(), SERVER_PORT);
    }

    /** Where {@link SteadyServer} listens. */
    InetSocketAddress server() {
        return server;
    }

    /** Through one of the proxy's listeners, from an address that needs no password. */
    SteadyConnection.Way through(InetSocketAddress listener) {
        return new SteadyConnection.Way(topology.client(), withoutPassword(), listener, server, "");
    }

    /** From an address that needs a password, with one. */
    SteadyConnection.Way as(String user) {
        String credentials = Base64.getEncoder()
                .encodeToString((user + ":" + ConfigurationText.PASSWORD).getBytes(StandardCharsets.US_ASCII));
        InetAddress any = new InetSocketAddress(0).getAddress(); // the kernel takes that of the interface
        return new SteadyConnection.Way(
                topology.client(),
                any,
                topology.proxyListener(),
                server,
                "Proxy-Authorization: Basic " + credentials + "\r\n");
    }

    /** Beyond those of {@link Traffic}, in the same network. */
    private InetAddress withoutPassword() {
        byte[] bytes = topology.clients(1).first().getAddress();
        bytes[2]++;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // its length is an address's
        }
    }
}

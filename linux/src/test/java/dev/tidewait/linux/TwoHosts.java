package dev.tidewait.linux;

import dev.tidewait.linux.fixture.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** A client's and a server's network namespace, joined by veth, with IPv4, IPv6 and link-local addresses. */
final class TwoHosts implements AutoCloseable {
    static final int SERVER_PORT = 8080;

    final Host client;
    final Host server;
    final RawTcp listener;

    private TwoHosts(Host client, Host server) {
        this.client = client;
        this.server = server;
        client.ip("link add tw0 type veth peer name tw1 netns " + server.threadId());
        setUp(client, "tw0", 1);
        setUp(server, "tw1", 2);
        listener = server.call(() -> RawTcp.listen(SERVER_PORT));
    }

    static TwoHosts join() {
        return new TwoHosts(
                Host.start("client").withLoopback(), Host.start("server").withLoopback());
    }

    private static void setUp(Host host, String device, int number) {
        host.ip("link set " + device + " addrgenmode none up");
        host.ip("address add 10.200.0." + number + "/24 dev " + device);
        host.ip("address add fd00:200::" + number + "/64 dev " + device + " nodad");
        host.ip("address add fe80::" + number + "/64 dev " + device + " nodad");
    }

    /** Another thread in the client's namespace. */
    Host besideClient() {
        return client.beside("beside");
    }

    /** Connects from the client's host on this port, and accepts at the server. */
    Connection connect(Flavour flavour, int sourcePort) {
        TcpTuple tuple = flavour.tuple(sourcePort);
        RawTcp near = client.call(() -> RawTcp.connect(flavour.family, tuple, 0));
        return new Connection(tuple, near, listener.accept());
    }

    /** Both ends of one connection. */
    record Connection(TcpTuple tuple, RawTcp near, RawTcp far) implements AutoCloseable {
        /** Closes so that TIME_WAIT is left at the client; the cookie, read while the connection was young. */
        long closeClientFirst() {
            long cookie = SocketCookie.read(near.fd());
            near.close();
            far.readToEnd();
            far.close();
            return cookie;
        }

        @Override
        public void close() {
            near.close();
            far.close();
        }
    }

    /** The kinds of socket that end up in the kernel's one table. */
    enum Flavour {
        IPV4(LibC.AF_INET, "10.200.0."),
        IPV6(LibC.AF_INET6, "fd00:200::"),
        IPV4_MAPPED(LibC.AF_INET6, "10.200.0.");

        final int family;
        private final String prefix;

        Flavour(int family, String prefix) {
            this.family = family;
            this.prefix = prefix;
        }

        TcpTuple tuple(int sourcePort) {
            return tupleOf(prefix, sourcePort);
        }
    }

    static TcpTuple tupleOf(String prefix, int sourcePort) {
        try {
            return TcpTuple.of(
                    InetAddress.getByName(prefix + 1), sourcePort, InetAddress.getByName(prefix + 2), SERVER_PORT);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        listener.close();
        client.close();
        server.close();
    }
}

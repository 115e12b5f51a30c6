package dev.tidewait.doctor.census;

import dev.tidewait.doctor.census.TestServer.Closing;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A client's and a server's network namespace joined by veth, IPv4 and IPv6; the census is taken at the client's. */
final class CensusBed implements AutoCloseable {
    /** The server closes after the client: TIME_WAIT at the client. */
    static final int CLIENT_CLOSES = 8080;
    /** The server closes first. */
    static final int SERVER_CLOSES = 8081;
    /** The server never closes. */
    static final int KEEPS = 8082;

    static final InetAddress CLIENT = InetAddress.ofLiteral("10.202.0.1");
    static final InetAddress IPV4 = InetAddress.ofLiteral("10.202.0.2");
    static final InetAddress IPV6 = InetAddress.ofLiteral("fd00:202::2");

    private static final int SOCKET_MILLIS = 10_000;
    private static final long LIMIT_NANOS = 20_000_000_000L;

    final Host client;
    final Host server;
    private final List<TestServer> servers;
    private final Census census;

    private CensusBed(Host client, Host server) {
        this.client = client;
        this.server = server;
        client.ip("link add cs0 type veth peer name cs1 netns " + server.threadId());
        setUp(client, "cs0", 1);
        setUp(server, "cs1", 2);
        // Where two CPUs let the last two segments of an end change places, its RST would end TIME_WAIT of the other at
        // once (RFC 1337).
        client.sysctl("net.ipv4.tcp_rfc1337", "1");
        server.sysctl("net.ipv4.tcp_rfc1337", "1");
        servers = server.call(() -> List.of(
                TestServer.start(CLIENT_CLOSES, Closing.AFTER_CLIENT),
                TestServer.start(SERVER_CLOSES, Closing.FIRST),
                TestServer.start(KEEPS, Closing.NEVER)));
        census = client.call(() -> Census.open(OwnPorts.NONE));
    }

    static CensusBed join() {
        return new CensusBed(
                Host.start("client").withLoopback(), Host.start("server").withLoopback());
    }

    private static void setUp(Host host, String device, int number) {
        host.ip("link set " + device + " addrgenmode none up");
        host.ip("address add 10.202.0." + number + "/24 dev " + device);
        host.ip("address add fd00:202::" + number + "/64 dev " + device + " nodad");
    }

    void look() {
        client.run(() -> census.look(System::nanoTime));
    }

    CensusReport report() {
        return client.call(() -> census.report(100));
    }

    /** Looks until the report is as wanted, and returns it. */
    CensusReport lookUntil(Predicate<CensusReport> wanted) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            look();
            CensusReport report = report();
            if (wanted.test(report)) {
                return report;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not so within 20 s: " + report);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** A connection from the client's namespace; the kernel chooses the port. */
    Socket connect(InetAddress address, int port) {
        return connect(0, address, port);
    }

    /** A connection from this local port, 0 for the kernel's choice. */
    Socket connect(int localPort, InetAddress address, int port) {
        return client.call(() -> {
            Socket socket = new Socket();
            socket.setSoTimeout(SOCKET_MILLIS);
            if (localPort != 0) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(localPort));
            }
            socket.connect(new InetSocketAddress(address, port), SOCKET_MILLIS);
            return socket;
        });
    }

    /** A connection of a socket that has a port before it knows where to, as bind() without IP_BIND_ADDRESS_NO_PORT makes it. */
    Socket connectBoundFirst(InetAddress address, int port) {
        return client.call(() -> {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(CLIENT, 0));
            socket.connect(new InetSocketAddress(address, port), SOCKET_MILLIS);
            return socket;
        });
    }

    /** Connects and closes, so that TIME_WAIT follows here. */
    void leaveTimeWait(InetAddress address) {
        close(connect(address, CLIENT_CLOSES));
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<DestinationUse> find(CensusReport report, InetAddress address, int port) {
        Destination destination = new Destination(IpAddress.of(address), port);
        return report.destinations().stream()
                .filter(use -> use.destination().equals(destination))
                .findAny();
    }

    static DestinationUse use(CensusReport report, InetAddress address, int port) {
        return find(report, address, port).orElseThrow(() -> new AssertionError("not in " + report.destinations()));
    }

    static int timeWaits(CensusReport report, InetAddress address) {
        return find(report, address, CLIENT_CLOSES)
                .map(use -> use.counts().timeWait())
                .orElse(0);
    }

    @Override
    public void close() {
        client.run(census::close);
        servers.forEach(TestServer::close);
        client.close();
        server.close();
    }
}

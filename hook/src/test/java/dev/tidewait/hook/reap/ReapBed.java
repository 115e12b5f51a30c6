package dev.tidewait.hook.reap;

import dev.tidewait.hook.DestinationMatch;
import dev.tidewait.linux.DumpFilter;
import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.linux.TcpState;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A client's and a server's network namespace joined by veth, with IPv4 and IPv6; the reaper works at the client's. */
final class ReapBed implements AutoCloseable {
    /** Its connections end when the client closes. */
    static final int CLOSING_PORT = 8080;
    /** Its connections are kept. */
    static final int KEEPING_PORT = 8081;

    static final InetAddress IPV4 = InetAddress.ofLiteral("10.201.0.2");
    static final InetAddress IPV6 = InetAddress.ofLiteral("fd00:201::2");

    private static final int SOCKET_MILLIS = 10_000;
    private static final long LIMIT_NANOS = 20_000_000_000L;

    final Host client;
    final Host server;
    final EndingServer keeping;
    private final EndingServer closing;
    private final SocketDiag diag;

    private ReapBed(Host client, Host server) {
        this.client = client;
        this.server = server;
        client.ip("link add rp0 type veth peer name rp1 netns " + server.threadId());
        setUp(client, "rp0", 1);
        setUp(server, "rp1", 2);
        // Where two CPUs let the server's last two segments change places, its RST would end TIME_WAIT at once (RFC
        // 1337).
        client.sysctl("net.ipv4.tcp_rfc1337", "1");
        closing = server.call(() -> EndingServer.closing(CLOSING_PORT));
        keeping = server.call(() -> EndingServer.keeping(KEEPING_PORT));
        diag = client.call(SocketDiag::open);
    }

    static ReapBed join() {
        return new ReapBed(
                Host.start("client").withLoopback(), Host.start("server").withLoopback());
    }

    private static void setUp(Host host, String device, int number) {
        host.ip("link set " + device + " addrgenmode none up");
        host.ip("address add 10.201.0." + number + "/24 dev " + device);
        host.ip("address add fd00:201::" + number + "/64 dev " + device + " nodad");
    }

    void sysctl(String name, String value) {
        client.call(() -> {
            Sysctl.write(name, value);
            return name;
        });
    }

    /** Settings for these local ports, with nothing left out. */
    static ReapSettings settings(ReapGoal goal, long floorMillis, int lowest, int highest) {
        return new ReapSettings(goal, floorMillis, PortSet.range(lowest, highest), List.of(), List.of(), 0, false);
    }

    static ReapSettings towards(ReapSettings settings, String destination) {
        return new ReapSettings(
                settings.goal(),
                settings.floorMillis(),
                settings.ports(),
                settings.sources(),
                List.of(DestinationMatch.parse(destination)),
                settings.ratePerSecond(),
                settings.dryRun());
    }

    static ReapSettings from(ReapSettings settings, String source) {
        return new ReapSettings(
                settings.goal(),
                settings.floorMillis(),
                settings.ports(),
                List.of(DestinationMatch.parse(source)),
                settings.destinations(),
                settings.ratePerSecond(),
                settings.dryRun());
    }

    static ReapSettings limited(ReapSettings settings, int ratePerSecond) {
        return new ReapSettings(
                settings.goal(),
                settings.floorMillis(),
                settings.ports(),
                settings.sources(),
                settings.destinations(),
                ratePerSecond,
                settings.dryRun());
    }

    static ReapSettings dry(ReapSettings settings) {
        return new ReapSettings(
                settings.goal(),
                settings.floorMillis(),
                settings.ports(),
                settings.sources(),
                settings.destinations(),
                settings.ratePerSecond(),
                true);
    }

    /** Opens a reaper on the client's thread, which its calls must come from. */
    Reaper reaper(ReapSettings settings) {
        return client.call(() -> Reaper.open(settings, ReapSettings.KERNEL_MILLIS));
    }

    /** One pass now; what the reaper counted so far. */
    ReapSnapshot pass(Reaper reaper) {
        return pass(reaper, System::nanoTime);
    }

    /** One pass by another clock. */
    ReapSnapshot pass(Reaper reaper, LongSupplier nanoTime) {
        return client.call(() -> {
            reaper.pass(nanoTime);
            return reaper.snapshot();
        });
    }

    void close(Reaper reaper) {
        client.call(() -> {
            reaper.close();
            return reaper;
        });
    }

    /** A connection from this local port. */
    Socket connect(int localPort, InetAddress address, int port) {
        return client.call(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.bind(new InetSocketAddress(localPort));
            socket.connect(new InetSocketAddress(address, port), SOCKET_MILLIS);
            return socket;
        });
    }

    /**
     * Connects from this local port and closes, so that TIME_WAIT follows.
     *
     * @return a moment before the TIME_WAIT began, of {@link System#nanoTime()}
     */
    long leaveTimeWait(int localPort, InetAddress address) {
        Socket socket = connect(localPort, address, CLOSING_PORT);
        long before = System.nanoTime();
        close(socket);
        return before;
    }

    /** Leaves TIME_WAIT on all ports of a range, and waits until the kernel shows all. */
    void leaveTimeWaits(int lowest, int highest) {
        for (int port = lowest; port <= highest; port++) {
            leaveTimeWait(port, port % 2 == 0 ? IPV4 : IPV6);
        }
        await("all in TIME_WAIT", () -> timeWaits(lowest, highest).size() == highest - lowest + 1);
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Local ports in TIME_WAIT. */
    Set<Integer> timeWaits(int lowest, int highest) {
        return ports(TcpState.TIME_WAIT, lowest, highest);
    }

    Set<Integer> ports(TcpState state, int lowest, int highest) {
        return client.call(() -> {
            Set<Integer> ports = new TreeSet<>();
            diag.dump(DumpFilter.states(state).sourcePorts(lowest, highest), entry -> ports.add(entry.sourcePort()));
            return ports;
        });
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within 20 s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        client.call(() -> {
            diag.close();
            return diag;
        });
        closing.close();
        keeping.close();
        client.close();
        server.close();
    }
}

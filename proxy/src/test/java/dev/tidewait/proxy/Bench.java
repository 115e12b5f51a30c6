package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.SystemNames;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A proxy on one kind of transport, a server socket behind it, and blocking sockets as client and server. On closing it checks that every
 * exchange has ended and every outgoing channel is closed.
 */
final class Bench implements AutoCloseable {
    static final Timeouts PATIENT = timeouts(Duration.ofSeconds(60), Duration.ofSeconds(60));

    private static final int SOCKET_TIMEOUT_MILLIS = 10_000;

    static {
        Leaks.watch();
    }

    final EventLoops loops;
    final PlainConnector connector;
    final CountedMetrics metrics = new CountedMetrics();
    final KeptRecords records = new KeptRecords();
    final ServerSocket origin;
    final ProxyServer server;
    private int expectedResets;

    private Bench(
            EventLoops loops,
            Timeouts timeouts,
            ServerSocket origin,
            ListenerSettings listener,
            HttpSettings http,
            SystemNames.Resolver names)
            throws IOException {
        this(loops, origin, new ProxySettings(List.of(listener), timeouts, http), names);
    }

    private Bench(EventLoops loops, ServerSocket origin, ProxySettings settings, SystemNames.Resolver names)
            throws IOException {
        this.loops = loops;
        this.connector = new PlainConnector(loops);
        this.origin = origin;
        this.server =
                ProxyServer.start(loops, connector, settings, metrics, records, any -> new SystemNames(names, 1_024));
    }

    /** Any listener called "test", with users and limits. */
    static Bench guarded(ServerSocket origin, ListenerSettings listener, UserRules users, ClientLimits.Limits limits)
            throws IOException {
        return new Bench(
                EventLoops.open(Transport.EPOLL, 2),
                origin,
                new ProxySettings(List.of(listener), PATIENT, users, limits),
                InetAddress::getAllByName);
    }

    /** A TCP listener in front of {@link #origin}. */
    static Bench tcp(Transport kind, Timeouts timeouts) throws IOException {
        ServerSocket origin = listen();
        return new Bench(
                EventLoops.open(kind, 2),
                timeouts,
                origin,
                new TcpListenerSettings("test", loopback(0), List.of(new HostPort("127.0.0.1", origin.getLocalPort()))),
                HttpSettings.DEFAULTS,
                InetAddress::getAllByName);
    }

    static Bench tcp(Transport kind, Timeouts timeouts, List<HostPort> servers) throws IOException {
        return tcp(kind, timeouts, servers, InetAddress::getAllByName);
    }

    static Bench tcp(Transport kind, Timeouts timeouts, List<HostPort> servers, SystemNames.Resolver names)
            throws IOException {
        return new Bench(
                EventLoops.open(kind, 1),
                timeouts,
                listen(),
                new TcpListenerSettings("test", loopback(0), servers),
                HttpSettings.DEFAULTS,
                names);
    }

    static Bench tcp(TcpListenerSettings settings) throws IOException {
        return new Bench(
                EventLoops.open(Transport.EPOLL, 1),
                PATIENT,
                listen(),
                settings,
                HttpSettings.DEFAULTS,
                InetAddress::getAllByName);
    }

    /** An HTTP proxy for everybody here and for every destination, on one event loop; names lead to 127.0.0.1. */
    static Bench http(Transport kind, Timeouts timeouts, HttpSettings http) throws IOException {
        return http(kind, timeouts, http, host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
    }

    static Bench http(Transport kind, Timeouts timeouts, HttpSettings http, SystemNames.Resolver names)
            throws IOException {
        return new Bench(
                EventLoops.open(kind, 1),
                timeouts,
                listen(),
                new HttpProxyListenerSettings("test", loopback(0), everything()),
                http,
                names);
    }

    /** Every destination, for clients of this host. */
    static AccessRules everything() {
        return new AccessRules(
                AccessRules.LOOPBACK_CLIENTS,
                EnumSet.noneOf(DestinationClass.class),
                List.of(),
                List.of(PortRange.ANY));
    }

    static Bench http(Transport kind) throws IOException {
        return http(kind, PATIENT, HttpSettings.DEFAULTS);
    }

    /** Of {@link #origin}, for a URI. */
    String authority() {
        return "127.0.0.1:" + origin.getLocalPort();
    }

    /** An HTTP proxy with a head limit of 2,048 bytes. */
    static Bench connect(Transport kind, Timeouts timeouts, AccessRules access, SystemNames.Resolver names)
            throws IOException {
        return new Bench(
                EventLoops.open(kind, 2),
                timeouts,
                listen(),
                new HttpProxyListenerSettings("test", loopback(0), access, 2048),
                HttpSettings.DEFAULTS,
                names);
    }

    static Bench socks(Transport kind, Timeouts timeouts, AccessRules access, SystemNames.Resolver names)
            throws IOException {
        return new Bench(
                EventLoops.open(kind, 2),
                timeouts,
                listen(),
                new SocksListenerSettings("test", loopback(0), access),
                HttpSettings.DEFAULTS,
                names);
    }

    static Timeouts timeouts(Duration idle, Duration halfClosed) {
        return new Timeouts(
                Duration.ofSeconds(5),
                Duration.ZERO,
                idle,
                halfClosed,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static ServerSocket listen() throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    Socket client() throws IOException {
        Socket socket = new Socket();
        socket.connect(server.address("test"), SOCKET_TIMEOUT_MILLIS);
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    Socket accepted() throws IOException {
        return accepted(origin);
    }

    static Socket accepted(ServerSocket origin) throws IOException {
        Socket socket = origin.accept();
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    void expectResets(int count) {
        expectedResets = count;
    }

    /** Closes within the test, before the end of the try statement. */
    static void end(Socket socket) throws IOException {
        socket.close();
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Of all client channels the most bytes that the relay has read and the kernel has not taken. */
    long mostUnsentToClient() {
        return connector.channels.stream()
                .map(channel -> channel.pipeline().get(Wire.class))
                .filter(Objects::nonNull) // its handler may be on its way still
                .mapToLong(wire -> ((RelaySide) wire.user()).other().wire().unsentBytes())
                .max()
                .orElse(0);
    }

    /** The most bytes of one direction that the proxy holds for the only client or the only server of an HTTP request. */
    long mostHeldBytes() {
        ChannelOutboundBuffer toServer = connector.channels.getFirst().unsafe().outboundBuffer();
        Wire client = ((ResponseRelay)
                        connector.channels.getFirst().pipeline().get(Wire.class).user())
                .client();
        return Math.max(toServer == null ? 0 : toServer.totalPendingWriteBytes(), client.unsentBytes());
    }

    /** Of the only server channel, what the relay has read and the kernel has not taken. */
    long unsentToServer() {
        return serverSide().wire().unsentBytes();
    }

    /** Whether the FIN of the only client was seen. */
    boolean clientInputEnded() {
        return serverSide().other().wire().hasInputEnded();
    }

    private RelaySide serverSide() {
        return side(connector.channels.getFirst());
    }

    private static RelaySide side(Channel channel) {
        return (RelaySide) channel.pipeline().get(Wire.class).user();
    }

    EndCause awaitEnd() {
        Until.isTrue("the exchange has ended", () -> !metrics.ended.isEmpty());
        return metrics.ended.getFirst();
    }

    @Override
    public void close() throws IOException {
        try (loops;
                origin) {
            // Also one that came after the last look at the number of the active ones.
            Until.isTrue(
                    "all exchanges have ended",
                    () -> server.activeCount() == 0 && metrics.ended.size() == metrics.accepted.get());
            // Only now, because server connections may wait for another request until then.
            assertThat(server.stop().orTimeout(10, TimeUnit.SECONDS).join().resetCount())
                    .isEqualTo(expectedResets);
            Until.isTrue(
                    "all outgoing channels are closed",
                    () -> connector.channels.stream().noneMatch(Channel::isOpen));
        }
    }
}

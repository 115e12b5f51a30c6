package dev.tidewait.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.netty.Transport;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.ClientLimits;
import dev.tidewait.proxy.access.Denials;
import dev.tidewait.proxy.access.PasswordFile;
import dev.tidewait.proxy.access.UserRules;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.PortRange;
import dev.tidewait.proxy.names.NameSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whom a reload's access rules and users reach, and from when on. Nobody listens at the destination, so 502 is the answer to what is allowed, 403 to what
 * is denied, 407 to who should have logged in.
 */
class ReloadRulesTest {
    private static final int MILLIS = 10_000;
    private static final AccessRules OPEN = rules(Set.of());
    private static final AccessRules NO_GET = rules(Set.of("GET"));
    private static final AccessRules NO_TUNNEL = rules(Set.of("CONNECT"));
    /** Nobody's password is ever right here. */
    private static final String FILE = "ann:$2y$04$zyxwvutsrqponmlkjihgfe5YBAxZK3XtHbTKb/JEphLKj9GKIHBHi\n";

    private final EventLoops loops = EventLoops.open(Transport.EPOLL, 2);
    private final int nobody = unused();
    private final ProxyServer server = ProxyServer.start(
            loops,
            new PlainConnector(loops),
            patient(http("web", 0, OPEN), socks("socks", OPEN)),
            new CountedMetrics(),
            new KeptRecords());

    ReloadRulesTest() throws IOException {}

    @AfterEach
    void stop() {
        server.stop().join();
        loops.close();
    }

    @Test
    void shouldReachAClientWhoseListenerIsCalledOtherwise() throws Exception {
        try (RawPeer client = client("web")) {
            assertThat(status(client)).isEqualTo(502);
            server.reload(patient(http("www", port("web"), NO_GET)));
            assertThat(status(client)).isEqualTo(403);
            server.reload(patient(http("web", port("www"), OPEN)));
            assertThat(status(client)).as("called as before, but another one").isEqualTo(502);
            server.reload(patient(http("web", port("web"), NO_GET)));
            assertThat(status(client)).isEqualTo(403);
        }
    }

    @Test
    void shouldReachClientsOfAKindThatIsNoMore() throws Exception {
        try (RawPeer client = client("web");
                RawPeer tunnel = client("socks")) {
            assertThat(status(client)).isEqualTo(502);
            greet(tunnel);
            server.reload(only(tcp(), new DepartedRules(NO_GET, NO_TUNNEL)));
            assertThat(status(client)).isEqualTo(403);
            assertThat(reply(tunnel)).as("not allowed (RFC 1928, section 6)").isEqualTo(2);
        }
    }

    @Test
    void shouldTellClientsOfDifferentDepartedKindsApart() throws Exception {
        try (RawPeer client = client("web");
                RawPeer tunnel = client("socks")) {
            assertThat(status(client)).isEqualTo(502);
            greet(tunnel);
            server.reload(only(tcp(), new DepartedRules(OPEN, NO_TUNNEL)));
            server.reload(only(tcp(), new DepartedRules(NO_GET, OPEN)));
            assertThat(status(client)).isEqualTo(403);
            assertThat(reply(tunnel)).as("connection refused").isEqualTo(5);
        }
    }

    @Test
    void shouldLetNobodyInByADoorThatOpensBeforeItsRules() throws Exception {
        for (int i = 0; i < 20; i++) {
            int open = unused();
            int guarded = unused();
            server.reload(patient(http("web", open, OPEN)));
            AtomicInteger allowed = new AtomicInteger();
            AtomicInteger denied = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> stranger = CompletableFuture.runAsync(() -> {
                while (!done.get() || denied.get() == 0) {
                    try (RawPeer client = new RawPeer(connect(guarded))) {
                        (status(client) == 403 ? denied : allowed).incrementAndGet();
                    } catch (ConnectException notYet) {
                        Thread.onSpinWait();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            });
            server.reload(patient(http("web", guarded, NO_GET)));
            done.set(true);
            stranger.get(MILLIS, TimeUnit.MILLISECONDS);
            assertThat(allowed).as("served by the rules of the old address").hasValue(0);
        }
    }

    /** A reload that fails in the end has asked nobody for a password in the meantime. */
    @Test
    void shouldNotAskForPasswordsOfSettingsThatCannotApply() throws Exception {
        CountDownLatch mayGo = new CountDownLatch(1);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int web = port("web");
            Thread held = Thread.ofPlatform()
                    .start(() -> assertThatThrownBy(() -> server.reload(new ProxySettings(
                                    List.of(http("web", web, OPEN), http("more", taken.getLocalPort(), OPEN)),
                                    Bench.PATIENT,
                                    new UserRules(Optional.of(PasswordFile.parse(FILE)), List.of()),
                                    ClientLimits.Limits.NONE)))
                            .isInstanceOf(BindException.class));
            loops.all().getFirst().execute(() -> awaitUninterruptibly(mayGo)); // where new sockets are bound first
            Until.isTrue(
                    "the reload waits",
                    () -> held.getState() == Thread.State.TIMED_WAITING || held.getState() == Thread.State.WAITING);
            assertThat(statusFromALoopThatRuns()).isEqualTo(502);
            mayGo.countDown();
            held.join(MILLIS);
            assertThat(held.isAlive()).isFalse();
        } finally {
            mayGo.countDown();
        }
    }

    /** The kernel shares clients among the loops; those of the one that is held get no answer. */
    private int statusFromALoopThatRuns() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (RawPeer client = client("web")) {
                client.socket.setSoTimeout(200);
                return status(client);
            } catch (SocketTimeoutException held) {
                assertThat(held).as("try %d", i).isNotNull();
            }
        }
        throw new AssertionError("no loop answers");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AccessRules rules(Set<String> deniedMethods) {
        return new AccessRules(
                AccessRules.LOOPBACK_CLIENTS,
                EnumSet.noneOf(DestinationClass.class),
                List.of(),
                List.of(PortRange.ANY),
                List.of(PortRange.ANY),
                new Denials(List.of(), List.of(), List.of(), deniedMethods));
    }

    private static ProxySettings patient(ListenerSettings... listeners) {
        return new ProxySettings(List.of(listeners), Bench.PATIENT);
    }

    private static ProxySettings only(ListenerSettings listener, DepartedRules departed) {
        return new ProxySettings(
                List.of(listener),
                Bench.PATIENT,
                UserRules.NONE,
                ClientLimits.Limits.NONE,
                NameSettings.DEFAULTS,
                HttpSettings.DEFAULTS,
                departed);
    }

    private static ListenerSettings http(String name, int port, AccessRules rules) {
        return new HttpProxyListenerSettings(name, Bench.loopback(port), rules, 2048);
    }

    private static ListenerSettings socks(String name, AccessRules rules) {
        return new SocksListenerSettings(name, Bench.loopback(0), rules);
    }

    private ListenerSettings tcp() {
        return new TcpListenerSettings("db", Bench.loopback(0), List.of(new HostPort("127.0.0.1", nobody)));
    }

    private int port(String listener) {
        return server.address(listener).getPort();
    }

    private RawPeer client(String listener) throws IOException {
        return new RawPeer(connect(port(listener)));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static int unused() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return nobody.getLocalPort();
        }
    }

    private int status(RawPeer client) throws IOException {
        String target = "127.0.0.1:" + nobody;
        client.send("GET http://" + target + "/ HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
        return Integer.parseInt(client.message().substring("HTTP/1.1 ".length(), "HTTP/1.1 502".length()));
    }

    private static void greet(RawPeer client) throws IOException {
        client.send("\5\1\0");
        assertThat(client.bytes(2)).isEqualTo("\5\0");
    }

    /** To a CONNECT by SOCKS5 to where nobody listens. */
    private int reply(RawPeer client) throws IOException {
        byte[] port = {(byte) (nobody >> 8), (byte) nobody};
        client.send("\5\1\0\1\177\0\0\1" + new String(port, ISO_8859_1));
        return client.bytes(2).charAt(1);
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What real clients are tried on: an origin, the product between with a listener for HTTP and one for SOCKS5, and a name that proxy and
 * clients know. Used by one thread.
 */
final class ClientBed implements AutoCloseable {
    /** Nothing listens there. */
    static final int CLOSED_PORT = 9;

    private static final int HTTP_PROXY_PORT = 3128;
    private static final int SOCKS_PORT = 1080;
    private static final Logger LOG = LoggerFactory.getLogger(ClientBed.class);
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Another hosts file, for one program and its children: a mount namespace of their own. */
    private static final List<String> WITH_HOSTS =
            List.of("unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"");

    /**
     * How a program ended.
     *
     * @param output standard output
     * @param errors standard error
     */
    record Ended(int exitCode, String output, String errors) {
        Ended successfully() {
            assertThat(exitCode).as("exit code; standard error: %s", errors).isZero();
            return this;
        }
    }

    private final Topology topology;
    private final WebOrigin origin;
    private final ProxyUnderTest proxy;
    private final Path hosts;

    private ClientBed(Topology topology, WebOrigin origin, ProxyUnderTest proxy, Path hosts) {
        this.topology = topology;
        this.origin = origin;
        this.proxy = proxy;
        this.hosts = hosts;
    }

    /**
     * Starts all of it.
     *
     * @param folder for certificates and the like
     * @param files what the origin shows under {@code /files}
     */
    static ClientBed start(Path folder, Path files) throws Exception {
        Topology topology = Topology.proxied(TopologyPlan.STANDARD);
        Path hosts = Files.writeString(
                folder.resolve("hosts"),
                topology.origin().getAddress().getHostAddress() + " " + WebOrigin.NAME + "\n127.0.0.1 localhost\n");
        WebOrigin origin = WebOrigin.start(topology, folder, files);
        ProxyUnderTest proxy = ProxyUnderTest.start(
                topology.proxy(),
                """
                listeners:
                  - { name: web, type: http-proxy, bind: "%s" }
                  - { name: socks, type: socks5, bind: "%s" }
                access: { allow: [10.71.0.0/16], connect-ports: [1-65535], socks-ports: [1-65535] }
                sources: { ports: 20000-29999 }
                timeouts: { serverIdle: 1s }
                """.formatted(
                                LoadPlan.endpoint(listener(topology, HTTP_PROXY_PORT)),
                                LoadPlan.endpoint(listener(topology, SOCKS_PORT))),
                command -> withHosts(hosts, command));
        return new ClientBed(topology, origin, proxy, hosts);
    }

    private static InetSocketAddress listener(Topology topology, int port) {
        return new InetSocketAddress(topology.proxyListener().getAddress(), port);
    }

    private static List<String> withHosts(Path hosts, List<String> command) {
        return Stream.of(WITH_HOSTS.stream(), Stream.of(hosts.toString()), command.stream())
                .flatMap(words -> words)
                .toList();
    }

    WebOrigin origin() {
        return origin;
    }

    Topology topology() {
        return topology;
    }

    /** ADDRESS:PORT of the HTTP proxy. */
    String httpProxy() {
        return LoadPlan.endpoint(listener(topology, HTTP_PROXY_PORT));
    }

    /** ADDRESS:PORT of the SOCKS5 listener. */
    String socksProxy() {
        return LoadPlan.endpoint(listener(topology, SOCKS_PORT));
    }

    /** The origin's address. */
    String address() {
        return topology.origin().getAddress().getHostAddress();
    }

    String certificate() {
        return origin.certificate().toString();
    }

    /** Runs a client to its end. */
    Ended run(String... command) throws Exception {
        return run(new byte[0], command);
    }

    /** Runs a client to its end; it reads the bytes from standard input. */
    Ended run(byte[] input, String... command) throws Exception {
        try (ClientProgram program = start(List.of(command))) {
            // At the same time as reading: an echo fills both pipes.
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(input, program));
            String output = new String(program.stdout().readAllBytes(), StandardCharsets.ISO_8859_1);
            Ended ended = new Ended(program.exitCode(), output, program.errors());
            written.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
            return ended;
        }
    }

    private static void write(byte[] input, ClientProgram program) {
        try (OutputStream stdin = program.stdin()) {
            stdin.write(input);
        } catch (IOException early) {
            // It ended before it had read everything: its exit code says whether that is right.
            LOG.debug("standard input was not read to its end", early);
        }
    }

    /** Starts a client. */
    ClientProgram start(List<String> command) throws IOException {
        return ClientProgram.start(topology.client(), DEADLINE, withHosts(hosts, command));
    }

    /** Runs a class of this module's tests as a client: main(arguments). */
    Ended java(Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + origin.tls().store(),
                "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Connections to servers since the start. */
    long leases() {
        return ProxyYaml.leases(proxy);
    }

    ProxyUnderTest proxy() {
        return proxy;
    }

    /** Every tunnel has ended and given its port back, and no server connection is kept any more. */
    void awaitNoLease() {
        Eventually.holds("no lease is left", DEADLINE, () -> ProxyYaml.leased(proxy) == 0);
    }

    @Override
    public void close() {
        proxy.close();
        origin.close();
        topology.close();
    }
}

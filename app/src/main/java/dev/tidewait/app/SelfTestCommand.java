package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.UsablePorts;
import dev.tidewait.ports.PortSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code tidewait self-test}: runs the proxy on loopback ports that the kernel chooses, once with and once without kept connections, relays
 * connections and requests of many clients through all kinds of listeners to servers and with a name service of its own, reads the admin
 * pages, stops, and asks the doctor. Used by the main thread.
 *
 * <p>The launcher runs it once after a build to train the AOT cache, so that the classes and the profiles of the methods that a start and a
 * connection meet are there at the next start (JEP 483, JEP 515). A profile counts for as much as the load it was made under: the
 * compilers take from it how often a method is called and what it is called with.
 */
@Command(
        name = "self-test",
        description = "Runs the proxy on loopback for a moment, with connections through it, and stops.")
final class SelfTestCommand implements Callable<Integer> {
    /** At least so many source ports, few and at the end, so that nobody else's block is in the way. */
    private static final int PORT_COUNT = 2_048;
    /** Each port rests for a second towards one destination: together they take more connections than a small machine can make. */
    private static final int ORIGINS = 8;
    /** Of each of the two runs; on a slow machine fewer connections have to do. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int LAST_PORT = 65_535;
    /** A second one meets what the first has loaded, as in a profile of a longer run. */
    private static final int TWICE = 2;

    private static final int SOCKET_MILLIS = 10_000;

    @Option(names = "--connections", defaultValue = "40000", description = "At most so many: ${DEFAULT-VALUE}.")
    private int connectionCount;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tidewait-self-test-");
        Path file = folder.resolve("tidewait.yaml");
        try (SelfTestOrigin origin = new SelfTestOrigin(ORIGINS);
                SelfTestNames names = new SelfTestNames()) {
            for (boolean keepAlive : new boolean[] {true, false}) {
                Files.writeString(file, configuration(origin.ports(), names.port(), keepAlive));
                int exitCode = new ProxyRun(
                                Optional.of(file),
                                Optional.empty(),
                                spec.commandLine().getErr())
                        .run(running -> load(running, origin.ports()));
                if (exitCode != ExitCode.OK) {
                    return exitCode;
                }
            }
            return ExitCode.OK;
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private void load(RunningProxy running, List<Integer> originPorts) throws IOException, InterruptedException {
        Signals.onStop(() -> Runtime.getRuntime().halt(ExitCode.FAILED));
        InetSocketAddress admin = running.adminAddress().orElseThrow();
        long began = System.nanoTime();
        SelfTestClients clients = new SelfTestClients(running, originPorts);
        int count = clients.run(connectionCount / TWICE, LONGEST_NANOS);
        spec.commandLine()
                .getErr()
                .printf(
                        Locale.ROOT,
                        "%,d connections in %,d ms%n",
                        count,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        for (int i = 0; i < TWICE; i++) {
            read(admin, "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n");
            read(admin, "GET /ports HTTP/1.1\r\nConnection: close\r\n\r\n");
        }
        askTheDoctor(admin.getPort());
    }

    /** Who asks it has no time: what it does first must be ready. Other programs of the host are left alone. */
    private static void askTheDoctor(int adminPort) {
        TidewaitMain.commandLine()
                .setOut(new PrintWriter(Writer.nullWriter()))
                .execute("doctor", "--all", "--ask-port=" + adminPort);
    }

    private static String configuration(List<Integer> originPorts, int namesPort, boolean keepAlive) {
        PortSet usable = UsablePorts.look(PortSettings.DEFAULT).ports();
        PortSet ports = PortSet.EMPTY;
        for (int first = LAST_PORT; ports.size() < PORT_COUNT && first > PORT_COUNT; ) {
            first -= PORT_COUNT;
            ports = usable.and(PortSet.range(first, LAST_PORT));
        }
        return """
                listeners:
                  - { name: relay, type: tcp, bind: 127.0.0.1:0, upstream: origin }
                  - { name: tunnel, type: http-proxy, bind: 127.0.0.1:0 }
                  - { name: socks, type: socks5, bind: 127.0.0.1:0 }
                upstreams: { origin: { servers: [%s] } }
                access: { deny-destinations: [], connect-ports: [1-65535], socks-ports: [1-65535] }
                http: { keepAlive: %s }
                sources: { ports: "%s" }
                names: { servers: ["127.0.0.1:%d"] }
                admin: { bind: 127.0.0.1:0 }
                timeouts: { drain: 1s }
                """.formatted(
                originPorts.stream().map(port -> "\"127.0.0.1:" + port + '"').collect(Collectors.joining(", ")),
                keepAlive,
                ports,
                namesPort);
    }

    /** Sends a request and its end, and takes everything that comes back. */
    private static void read(InetSocketAddress from, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.connect(from, SOCKET_MILLIS);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            if (!answer.startsWith("HTTP/1.1 200 ")) {
                throw new IOException("the admin endpoint answered '"
                        + answer.lines().findFirst().orElse("") + "'");
            }
        }
    }
}

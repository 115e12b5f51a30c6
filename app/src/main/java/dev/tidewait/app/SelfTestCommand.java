package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import dev.tidewait.netty.PortSettings;
import dev.tidewait.netty.UsablePorts;
import dev.tidewait.ports.PortSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code tidewait self-test}: runs the proxy on loopback ports that the kernel chooses, relays connections and requests through both kinds of
 * listeners to a server and with a name service of its own, reads the admin pages, stops, and asks the doctor. Used by the main thread.
 *
 * <p>The launcher runs it once after a build to train the AOT cache, so that the classes and the profiles of the methods that a connection
 * meets are there at the next start (JEP 483, JEP 515).
 */
@Command(
        name = "self-test",
        description = "Runs the proxy on loopback for a moment, with connections through it, and stops.")
final class SelfTestCommand implements Callable<Integer> {
    /** At least so many source ports, few and at the end, so that nobody else's block is in the way. */
    private static final int PORT_COUNT = 2_048;
    /** On a slow machine fewer connections have to do. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(8);

    private static final int LAST_PORT = 65_535;
    /** A second one meets what the first has loaded, as in a profile of a longer run. */
    private static final int DOCTOR_CALLS = 2;

    private static final int SOCKET_MILLIS = 10_000;
    private static final String HTTP_START = "GET ";
    private static final String LAST_REQUEST = "last";
    private static final String MESSAGE = "tidewait ".repeat(50);

    @Option(names = "--connections", defaultValue = "3000", description = "At most so many: ${DEFAULT-VALUE}.")
    private int connectionCount;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        NettyStart.prepare();
        Signals.onStop(() -> Runtime.getRuntime().halt(ExitCode.FAILED));
        PrintWriter err = spec.commandLine().getErr();
        try (ServerSocket origin = new ServerSocket(0, 128, InetAddress.ofLiteral("127.0.0.1"));
                SelfTestNames names = new SelfTestNames()) {
            Thread.ofPlatform().daemon().name("self-test-origin").start(() -> serve(origin));
            try (RunningProxy running = new RunningProxy(
                    configuration(origin.getLocalPort(), names.port()), Optional.empty(), Optional.empty())) {
                new StartSummary(running).print(err);
                InetSocketAddress admin = running.adminAddress().orElseThrow();
                long began = System.nanoTime();
                int count = 0;
                for (; count < connectionCount && System.nanoTime() - began < LONGEST_NANOS; count++) {
                    check(
                            switch (count % 4) {
                                case 0 -> tunnel(running.address("tunnel"), "self-test.test:" + origin.getLocalPort());
                                case 2 -> tunnel(running.address("tunnel"), "127.0.0.1:" + origin.getLocalPort());
                                case 3 -> get(running.address("tunnel"), "127.0.0.1:" + origin.getLocalPort());
                                default -> read(running.address("relay"), MESSAGE);
                            });
                    if (count % 500 == 0) {
                        read(admin, "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n");
                        read(admin, "GET /ports HTTP/1.1\r\nConnection: close\r\n\r\n");
                    }
                }
                err.printf(Locale.ROOT, "%,d connections in %,d ms%n", count, (System.nanoTime() - began) / 1_000_000);
                askTheDoctor(admin.getPort());
                running.drain();
            }
        }
        return ExitCode.OK;
    }

    /** Who asks it has no time: what it does first must be ready. Other programs of the host are left alone. */
    private static void askTheDoctor(int adminPort) {
        for (int i = 0; i < DOCTOR_CALLS; i++) {
            TidewaitMain.commandLine()
                    .setOut(new PrintWriter(Writer.nullWriter()))
                    .execute("doctor", "--all", "--ask-port=" + adminPort);
        }
    }

    private static Configuration configuration(int originPort, int namesPort) {
        PortSet usable = UsablePorts.look(PortSettings.DEFAULT).ports();
        PortSet ports = PortSet.EMPTY;
        for (int first = LAST_PORT; ports.size() < PORT_COUNT && first > PORT_COUNT; ) {
            first -= PORT_COUNT;
            ports = usable.and(PortSet.range(first, LAST_PORT));
        }
        String yaml = """
                listeners:
                  - { name: relay, type: tcp, bind: 127.0.0.1:0, upstream: origin }
                  - { name: tunnel, type: http-proxy, bind: 127.0.0.1:0 }
                upstreams: { origin: { servers: ["127.0.0.1:%d"] } }
                access: { deny-destinations: [], connect-ports: [1-65535] }
                sources: { ports: "%s" }
                names: { servers: ["127.0.0.1:%d"] }
                admin: { bind: 127.0.0.1:0 }
                timeouts: { drain: 1s }
                """.formatted(originPort, ports, namesPort);
        return switch (ConfigurationFile.parse("self-test", yaml)) {
            case Loaded.Good good -> good.configuration();
            case Loaded.Bad bad -> throw new IllegalStateException(String.valueOf(bad.problems()));
        };
    }

    private static String tunnel(InetSocketAddress listener, String target) throws IOException {
        return read(listener, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n" + MESSAGE);
    }

    /** Two requests over one connection: after the second the server closes its own. */
    private static String get(InetSocketAddress listener, String target) throws IOException {
        String request = "GET http://" + target + "/%s HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
        return read(listener, request.formatted("first") + request.formatted(LAST_REQUEST));
    }

    /** Sends a request and its end, and gives everything that comes back. */
    private static String read(InetSocketAddress from, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.connect(from, SOCKET_MILLIS);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private static void check(String answer) throws IOException {
        if (!answer.endsWith(MESSAGE)) {
            throw new IOException("the proxy answered '" + answer + "'");
        }
    }

    /** As a small web server does. */
    private static void answer(InputStream in, OutputStream out) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(in, US_ASCII));
        boolean last = false;
        while (!last) {
            String line = requests.readLine();
            if (line == null) {
                return;
            }
            last = line.contains(LAST_REQUEST);
            while (line != null && !line.isEmpty()) {
                line = requests.readLine();
            }
            String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%sContent-Length: %d\r\n\r\n"
                    .formatted(last ? "Connection: close\r\n" : "", MESSAGE.length());
            out.write((head + MESSAGE).getBytes(US_ASCII));
        }
    }

    private static void serve(ServerSocket origin) {
        while (!origin.isClosed()) {
            try (Socket client = origin.accept()) {
                InputStream in = client.getInputStream();
                byte[] start = in.readNBytes(HTTP_START.length());
                if (new String(start, US_ASCII).equals(HTTP_START)) {
                    answer(in, client.getOutputStream());
                } else {
                    client.getOutputStream().write(start);
                    in.transferTo(client.getOutputStream());
                }
            } catch (IOException ended) {
                // the client sees it, too
            }
        }
    }
}

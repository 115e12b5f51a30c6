package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The product as user nobody, without any capability: everything works but SOCK_DESTROY. */
@NeedsRoot
@Timeout(120)
class OrdinaryUserTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int PORT_COUNT = 6;
    private static final String PORTS = "20000-20005";
    private static final String SETTINGS = """
            timeWait: { floor: { sequence: 1s, unknown: 1s } }
            timeouts: { portWait: 3s }""";
    private static final List<String> AS_NOBODY = List.of(
            "setpriv",
            "--reuid",
            "nobody",
            "--regid",
            "nogroup",
            "--clear-groups",
            "--bounding-set",
            "-all",
            "--inh-caps",
            "-all",
            "--ambient-caps",
            "-all",
            "--no-new-privs");

    @TempDir
    private static Path folder;

    private static String classPath = "";

    /** Neither a build directory nor the local Maven repository need be readable for others. */
    @BeforeAll
    static void copyTheClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to.toString());
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        classPath = String.join(File.pathSeparator, copies);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    @Test
    void shouldServeAndSayOnceWhatIsMissing() throws IOException {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD);
                Origin origin = Origin.start(topology.server(), topology.origin());
                ProxyUnderTest proxy = start(topology)) {
            assertThat(Files.getAttribute(
                            Path.of("/proc", Long.toString(proxy.program().pid())), "unix:uid"))
                    .as("user of the proxy")
                    .isNotEqualTo(0);
            // With timestamps connect() takes TIME_WAIT over, and that needs no privilege.
            for (int i = 0; i < 2 * PORT_COUNT; i++) {
                assertThat(isServed(topology)).as("connection %d", i).isTrue();
            }
            assertThat(proxy.log().lines().filter(line -> line.contains("CAP_NET_ADMIN")))
                    .singleElement()
                    .asString()
                    .contains("cannot be destroyed", "60 s", "setcap", "AmbientCapabilities=CAP_NET_ADMIN");
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    @Test
    void shouldLeaveWhatHasNoTimestampsToTheKernel() throws IOException {
        try (Topology topology = Topology.proxied(TopologyPlan.STANDARD.withTimestamps(true, true, false));
                Origin origin = Origin.start(topology.server(), topology.origin());
                Observer observer =
                        Observer.start(topology.server(), topology.serverInterface(), Topology.ORIGIN_PORT);
                ProxyUnderTest proxy = start(topology)) {
            KernelWatch kernel = KernelWatch.start(topology.proxy());
            for (int i = 0; i < PORT_COUNT; i++) {
                assertThat(isServed(topology)).as("other ports still serve").isTrue();
            }
            assertThat(isServed(topology)).as("after three floors").isFalse();
            proxy.awaitLog(line -> line.contains("no port to"), DEADLINE);
            assertThat(kernel.timeWaitTowards(Topology.ORIGIN_PORT)).isEqualTo(PORT_COUNT);
            assertThat(ProxyYaml.leased(proxy)).isZero();
            assertThat(observer.stop())
                    .returns((long) PORT_COUNT, ObserverReport::incarnations)
                    .returns(0L, ObserverReport::reuses);
            assertThat(origin.stop().otherErrors()).isZero();
        }
    }

    private static ProxyUnderTest start(Topology topology) {
        return ProxyUnderTest.start(
                topology.proxy(),
                ProxyYaml.text(topology, topology.origin(), PORTS, SETTINGS),
                command -> Stream.concat(AS_NOBODY.stream(), command.stream())
                        .map(word -> word.equals(System.getProperty("java.class.path")) ? classPath : word)
                        .toList());
    }

    /** One transaction that the client ends. */
    private static boolean isServed(Topology topology) throws IOException {
        try (TunnelClient client = TunnelClient.to(topology, topology.proxyListener())) {
            client.send("c");
            return client.read() >= 0;
        }
    }
}

package dev.tidewait.doctor.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.doctor.census.Census;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.OwnPorts;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.Roots;
import dev.tidewait.linux.TcpCounters;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A host with a fault, and a server to which it connects over veth. Owned by one thread. */
final class Patient implements AutoCloseable {
    static final String SOURCE = "10.61.0.1";
    static final String SERVER = "10.61.0.2";
    private static final int LIMIT_MILLIS = 10_000;

    final Host host;
    private final Host serverHost;
    private final Server server;
    private final Path files;
    private final Census census;
    private final List<Socket> open = new ArrayList<>();
    private final List<Server> services = new ArrayList<>();

    /**
     * @param files where /etc and the like of the patient lie
     */
    Patient(Path files) {
        this.files = files;
        host = Host.start("patient");
        serverHost = Host.start("server");
        host.shell("ip link add tw0 type veth peer name tw1 netns " + serverHost.threadId());
        host.shell("ip address add " + SOURCE + "/24 dev tw0 && ip link set tw0 up && ip link set lo up");
        serverHost.shell("ip address add " + SERVER + "/24 dev tw1 && ip link set tw1 up");
        // A last ACK that is sent twice meets no socket at the server, whose RST would end TIME_WAIT (RFC 1337).
        host.sysctl("net.ipv4.tcp_rfc1337", "1");
        server = serverHost.call(Server::start);
        census = host.call(() -> Census.open(OwnPorts.NONE));
        write("etc/sysctl.d/README.sysctl", "not read\n");
    }

    /** A file that boot reads. */
    void write(String path, String text) {
        try {
            Path file = files.resolve(path);
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One look of the census; {@link #findings} takes another. */
    void look() {
        host.run(() -> census.look(System::nanoTime));
    }

    CensusReport report() {
        return host.call(() -> {
            census.look(System::nanoTime);
            return census.report(20);
        });
    }

    /** What the doctor says, those of no severity left out. */
    List<Finding> findings() {
        CensusReport report = report();
        TreeSet<Integer> owners = new TreeSet<>();
        for (DestinationUse use : report.destinations()) {
            use.owners().seen().stream().map(Owner::pid).forEach(owners::add);
        }
        return findings(report, owners);
    }

    List<Finding> findings(CensusReport report, Iterable<Integer> programs) {
        List<Integer> processIds = new ArrayList<>();
        programs.forEach(processIds::add);
        HostFacts facts = host.call(() -> HostFacts.read(roots(), processIds));
        return findings(asInitial(facts), report);
    }

    /** What the doctor says to somebody in a container. */
    List<Finding> findingsInContainer() {
        CensusReport report = report();
        return findings(host.call(() -> HostFacts.read(roots(), List.of())), report);
    }

    /** The namespace of a test is never the initial one, but plays its part here. */
    static HostFacts asInitial(HostFacts read) {
        return new HostFacts(
                read.roots(),
                read.namespace(),
                true,
                read.kernel(),
                read.features(),
                read.ports(),
                read.sources(),
                read.timeWait(),
                read.sysctlLines(),
                read.rights(),
                read.conntrack(),
                read.files(),
                read.unseen());
    }

    static List<Finding> findings(HostFacts facts, CensusReport report) {
        return Checks.look(facts, report).stream()
                .filter(finding -> finding.isAtLeast(Severity.NOTE))
                .toList();
    }

    Roots roots() {
        return new Roots(Path.of("/proc"), files);
    }

    /** Runs what the finding prints, as it stands there: the commands for now and those for the next boot. */
    void apply(Finding finding) {
        Fix fix = finding.fix().orElseThrow();
        fix.commands().forEach(host::shell);
        fix.permanent().forEach(host::shell);
    }

    /** Offers {@link Server#CLOSES_FIRST} on the patient itself. */
    void serve() {
        services.add(host.call(Server::startClosingFirst));
    }

    /** Offers {@link Server#FIRST} and {@link Server#SECOND} on the patient itself. */
    void serveKeeping() {
        services.add(host.call(Server::start));
    }

    /** Sends so many datagrams to ports where nobody listens, each from another pair of ports. */
    void sendDatagrams(int count) {
        host.run(() -> {
            ByteBuffer empty = ByteBuffer.allocateDirect(0);
            for (int sent = 0; sent < count; ) {
                try (DatagramChannel channel = DatagramChannel.open()) {
                    for (int port = 1_024; port < 65_536 && sent < count; port++, sent++) {
                        channel.send(empty, new InetSocketAddress(address(SERVER), port));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    /** Opens connections and keeps them. */
    void connect(int port, int count) {
        connect(port, count, false);
    }

    /** Opens connections and keeps them; binds to the source and port 0 first, as careless programs do. */
    void connectAfterBind(int port, int count) {
        connect(port, count, true);
    }

    /** Makes TIME_WAIT here: connects, closes first, waits for the server's FIN, and until the kernel has counted all. */
    void makeTimeWait(int port, int count) {
        long before = timeWaitCount();
        connectAndClose(port, count);
        Await.until(this::timeWaitCount, now -> now >= before + count);
    }

    /** The same where tcp_max_tw_buckets is reached: waits until the kernel has refused them TIME_WAIT. */
    void closeWithoutTimeWait(int port, int count) {
        long before = overflows();
        connectAndClose(port, count);
        Await.until(this::overflows, now -> now >= before + count);
    }

    /** Connects where nobody listens. */
    void connectInVain(int count) {
        host.run(() -> {
            for (int i = 0; i < count; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address(SERVER), Server.CLOSED), LIMIT_MILLIS);
                    throw new AssertionError("somebody listens on port " + Server.CLOSED);
                } catch (IOException refused) {
                    // As wanted.
                }
            }
        });
    }

    private void connectAndClose(int port, int count) {
        host.run(() -> {
            for (int i = 0; i < count; i++) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address(SERVER), port), LIMIT_MILLIS);
                    socket.setSoTimeout(LIMIT_MILLIS);
                    socket.shutdownOutput();
                    if (socket.getInputStream().read() >= 0) {
                        throw new AssertionError("the server sent something");
                    }
                } catch (IOException e) {
                    throw new AssertionError("connection " + i + ": " + e.getMessage(), e);
                }
            }
        });
    }

    private long overflows() {
        return host.call(() -> TcpCounters.read().timeWaitOverflows());
    }

    private long timeWaitCount() {
        return host.call(() -> TcpCounters.read().timeWaitCount());
    }

    /** Closes what {@link #connect} has opened with RST, so that no TIME_WAIT is left. */
    void resetAll() {
        try {
            for (Socket socket : open) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            open.clear();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As 62 s do. */
    void endTimeWait() {
        int code = host.call(() -> new ProcessBuilder("ss", "-K", "state", "time-wait")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor());
        assertThat(code).as("ss -K").isZero();
    }

    private void connect(int port, int count, boolean bindFirst) {
        open.addAll(host.call(() -> {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                if (bindFirst) {
                    socket.bind(new InetSocketAddress(address(SOURCE), 0));
                }
                socket.connect(new InetSocketAddress(address(SERVER), port), LIMIT_MILLIS);
            }
            return sockets;
        }));
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @Override
    public void close() {
        resetAll();
        host.run(census::close);
        server.close();
        services.forEach(Server::close);
        serverHost.close();
        host.close();
    }
}

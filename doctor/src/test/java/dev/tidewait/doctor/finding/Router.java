package dev.tidewait.doctor.finding;

import dev.tidewait.doctor.census.Census;
import dev.tidewait.doctor.census.OwnPorts;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.Roots;
import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A router that masquerades, between a patient and two hosts behind it: two addresses of one namespace. Timestamps have another offset for each of the two,
 * from Linux 6.12.94, 6.18 and 6.19 with the ports in it too. Owned by one thread.
 */
final class Router implements AutoCloseable {
    /** The one that the patient sees. */
    static final String OUTSIDE = "10.62.0.1";

    static final String PATIENT = "10.62.0.2";
    static final String FIRST_CLIENT = "10.62.1.11";
    static final String SECOND_CLIENT = "10.62.1.12";

    /** A SYN that is sent again after a challenge comes within a few milliseconds; who meets silence is given up soon. */
    private static final int CONNECT_MILLIS = 100;

    private static final int KEPT_CONNECT_MILLIS = 2_000;
    private static final int CLOSE_MILLIS = 10_000;
    private static final Path ENTRIES = Path.of("/proc/thread-self/net/nf_conntrack");

    final Host host;
    private final Host clients;
    private final Census census;
    private final List<Socket> open = new ArrayList<>();

    Router(Host patient) {
        host = Host.start("router");
        clients = Host.start("clients");
        patient.shell("ip link add nat0 type veth peer name out0 netns " + host.threadId());
        patient.shell("ip address add " + PATIENT + "/24 dev nat0 && ip link set nat0 up");
        host.shell("ip address add " + OUTSIDE + "/24 dev out0 && ip link set out0 up");
        // Answered for, as if they were its own.
        host.shell("ip link set lo up && ip route add local 10.62.0.64/26 dev lo");
        host.shell("ip link add in0 type veth peer name lan0 netns " + clients.threadId());
        host.shell("ip address add 10.62.1.1/24 dev in0 && ip link set in0 up");
        clients.shell(
                "ip address add " + FIRST_CLIENT + "/24 dev lan0 && ip address add " + SECOND_CLIENT + "/24 dev lan0");
        clients.shell("ip link set lan0 up && ip route add default via 10.62.1.1");
        host.sysctl("net.ipv4.ip_forward", "1");
        census = host.call(() -> Census.open(OwnPorts.NONE));
    }

    /** @param ports empty for all, or {@code to :FIRST-LAST} */
    void masquerade(String ports) {
        host.shell("nft 'add table ip nat; add chain ip nat leave { type nat hook postrouting priority srcnat; };"
                + " add rule ip nat leave oifname \"out0\" ip protocol tcp masquerade " + ports + "'");
    }

    /** Opens connections from one of the clients to a service that closes first; how many came about. */
    int connect(String client, int port, int count) {
        return clients.call(() -> {
            int connected = 0;
            for (int i = 0; i < count; i++) {
                try (Socket socket = new Socket()) {
                    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(client), 0));
                    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(PATIENT), port), CONNECT_MILLIS);
                    socket.setSoTimeout(CLOSE_MILLIS);
                    if (socket.getInputStream().read() >= 0) {
                        throw new AssertionError("the service sent something");
                    }
                    connected++;
                } catch (IOException silence) {
                    // As it happens behind such a router.
                }
            }
            return connected;
        });
    }

    /** Other source addresses (10.62.0.64 and above) and ports instead of those so far. */
    void translateTo(String addressesAndPorts) {
        host.shell("nft 'add table ip nat; flush table ip nat;"
                + " add chain ip nat leave { type nat hook postrouting priority srcnat; };"
                + " add rule ip nat leave oifname \"out0\" ip protocol tcp snat to " + addressesAndPorts + "'");
    }

    /** Opens connections that stay; how many came about. */
    int connectAndKeep(String client, int port, int count) {
        return clients.call(() -> {
            int connected = 0;
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket();
                open.add(socket);
                try {
                    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(client), 0));
                    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(PATIENT), port), KEPT_CONNECT_MILLIS);
                    connected++;
                } catch (IOException silence) {
                    // No port was left.
                }
            }
            return connected;
        });
    }

    /** All rules of nftables, as nft prints them. */
    String rules() {
        return host.call(() -> {
            Process nft = new ProcessBuilder("nft", "list", "ruleset").start();
            return new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        });
    }

    /** What it tracks now; reading lets go of what is over. */
    List<String> entries() {
        return host.call(() -> Files.readAllLines(ENTRIES));
    }

    HostFacts facts(Path files) {
        return host.call(() -> HostFacts.read(new Roots(Path.of("/proc"), files), List.of()));
    }

    /** What the doctor says on the router, those of no severity left out. */
    List<Finding> findings(Path files) {
        return Patient.findings(Patient.asInitial(facts(files)), host.call(() -> {
            census.look(System::nanoTime);
            return census.report(0);
        }));
    }

    @Override
    public void close() {
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        host.run(census::close);
        clients.close();
        host.close();
    }
}

package dev.tidewait.hook;

import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.Floors;
import dev.tidewait.ports.PortSet;
import java.util.List;

/** A client's and a server's host joined by veth, a server's manners, a cgroup, and a client program in it. */
final class Bench implements AutoCloseable {
    static final String CLIENT = "10.210.0.1";
    static final String SECOND_SOURCE = "10.210.0.3";
    static final String SERVER = "10.210.0.2";
    static final String CLIENT6 = "fd00:210::1";
    static final String SERVER6 = "fd00:210::2";

    final Host client = Host.start("client").withLoopback();
    final Host server = Host.start("server").withLoopback();
    final Peer peer;
    final TestCgroup cgroup;
    final Client program;

    Bench() {
        client.ip("link add hk0 type veth peer name hk1 netns " + server.threadId());
        setUp(client, "hk0", 1);
        setUp(server, "hk1", 2);
        client.ip("address add " + SECOND_SOURCE + "/24 dev hk0");
        client.sysctl("net.ipv4.ip_local_port_range", "40000 60999");
        peer = server.call(Peer::start);
        cgroup = TestCgroup.create();
        program = Client.start(client, cgroup.path());
    }

    private static void setUp(Host host, String device, int number) {
        host.ip("link set " + device + " addrgenmode none up");
        host.ip("address add 10.210.0." + number + "/24 dev " + device);
        host.ip("address add fd00:210::" + number + "/64 dev " + device + " nodad");
    }

    Bench timestamps(boolean on) {
        client.sysctl("net.ipv4.tcp_timestamps", on ? "1" : "0");
        return this;
    }

    static HookSettings settings(PortSet ports) {
        return new HookSettings(ports, Floors.DEFAULT, List.of(), List.of(), false, true);
    }

    Hook attach(HookSettings settings) {
        return client.call(() -> Hook.attach(cgroup.path(), settings, false));
    }

    /** The first connect to a destination goes the kernel's way, which tells the source. */
    void learnSource() {
        program.say("connect first 4 " + SERVER + " " + Peer.Manner.READ_TO_END.port);
        program.say("finish first");
    }

    @Override
    public void close() {
        program.close();
        peer.close();
        cgroup.close();
        client.close();
        server.close();
    }
}

package dev.tidewait.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.NetworkNamespace;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.linux.PortRange;
import dev.tidewait.linux.Sysctl;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The facts of a real network namespace. */
final class HostFactsTest {
    private Host host;

    @BeforeEach
    void start() {
        host = Host.start("host");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void shouldReadTheSettingsOfTheCallingThreadsNamespace() {
        host.sysctl("net.ipv4.ip_local_port_range", "40000 40999");
        host.sysctl("net.ipv4.ip_local_reserved_ports", "40010-40019");
        host.sysctl("net.ipv4.tcp_tw_reuse", "1");
        host.sysctl("net.ipv4.tcp_timestamps", "0");
        host.sysctl("net.ipv4.tcp_fin_timeout", "31");
        host.sysctl("net.ipv4.tcp_max_tw_buckets", "777");

        HostFacts facts = read();

        assertThat(facts.namespace()).isEqualTo(host.call(NetworkNamespace::currentInode));
        assertThat(facts.ports().range()).isEqualTo(new PortRange(40_000, 40_999));
        assertThat(facts.ports().usableCount()).isEqualTo(990);
        assertThat(facts.timeWait().twReuse()).hasValue(1);
        assertThat(facts.timeWait().timestamps()).hasValue(0);
        assertThat(facts.timeWait().finTimeoutSeconds()).hasValue(31);
        assertThat(facts.timeWait().maxBuckets()).hasValue(777);
        assertThat(HostFacts.read(Roots.ofHost(), List.of()).ports().range())
                .as("this thread is in another namespace")
                .isEqualTo(Sysctl.ipLocalPortRange());
    }

    @Test
    void shouldNameTheAddressesToConnectFrom() {
        assertThat(read().sources()).isEmpty();
        host.shell("ip link add here type veth peer name there && ip link set here up");
        host.shell(
                "ip address add 10.7.0.1/24 dev here && ip address add 10.7.0.2/24 dev here && ip address add 169.254.7.7/16 dev here");
        host.shell("ip address add fd07::1/64 dev here nodad");

        assertThat(read().sources())
                .extracting(IpAddress::toString)
                .containsExactly("10.7.0.1", "10.7.0.2", "fd07:0:0:0:0:0:0:1");
        assertThat(read().unseen()).isEmpty();
    }

    @Test
    void shouldKnowAnotherNamespaceFromTheInitialOne() {
        assertThat(read().isInitialNamespace()).isFalse();
    }

    @Test
    void shouldFindServicesInsideTheRangeAndWhetherTheyAreOnLoopbackOnly() throws IOException {
        host.shell("ip link set lo up");
        try (ServerSocket everywhere = listen("0.0.0.0", 40_001);
                ServerSocket loopback = listen("127.0.0.1", 40_002);
                ServerSocket loopback6 = listen("::1", 40_002);
                ServerSocket outside = listen("0.0.0.0", 8_080)) {
            assertThat(List.of(everywhere, loopback, loopback6, outside)).allMatch(ServerSocket::isBound);

            PortFacts ports = read().ports();

            assertThat(ports.listening()).extracting(ListeningPort::port).containsExactly(8_080, 40_001, 40_002);
            assertThat(ports.listeningInside())
                    .containsExactly(new ListeningPort(40_001, false, 0), new ListeningPort(40_002, true, 0));
            assertThat(ports.usableCount()).isEqualTo(28_230);

            host.sysctl("net.ipv4.ip_local_reserved_ports", "40001");
            assertThat(read().ports().listeningInside()).hasSize(1);
            assertThat(read().ports().usableCount()).isEqualTo(28_230);
        }
    }

    @Test
    void shouldSeeThePortsThatTidewaitOwns() {
        PortBits block = PortBits.of(new PortRange(2_048, 3_000));
        try (PortBlockLock lock = (PortBlockLock) host.call(() -> PortBlockLock.acquire(block))) {
            assertThat(lock.blockCount()).isEqualTo(1);
            assertThat(read().ports().ofTidewait()).isEqualTo(PortBits.of(new PortRange(2_048, 3_071)));
        }
        assertThat(read().ports().ofTidewait().isEmpty()).isTrue();
    }

    @Test
    void shouldReadTheLimitOfThisProcess() {
        int self = (int) ProcessHandle.current().pid();

        HostFacts facts = host.call(() -> HostFacts.read(Roots.ofHost(), List.of(self, Integer.MAX_VALUE)));

        assertThat(facts.files().programs()).hasSize(1);
        OpenFiles files = facts.files().programs().getFirst();
        assertThat(files.processId()).isEqualTo(self);
        assertThat(files.program()).isEqualTo("java");
        assertThat(files.open().orElse(0)).isBetween(3L, files.softLimit());
    }

    private HostFacts read() {
        return host.call(() -> HostFacts.read(Roots.ofHost(), List.of()));
    }

    private ServerSocket listen(String address, int port) {
        return host.call(() -> {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(address, port));
            return listener;
        });
    }
}

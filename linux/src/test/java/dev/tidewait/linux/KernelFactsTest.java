package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.TwoHosts.Connection;
import dev.tidewait.linux.TwoHosts.Flavour;
import dev.tidewait.linux.fixture.Await;
import dev.tidewait.linux.fixture.Host;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Settings, counters, listeners, capabilities and namespaces of the calling thread. Needs root. */
class KernelFactsTest {
    private static TwoHosts hosts;

    @BeforeAll
    static void joinHosts() {
        hosts = TwoHosts.join();
    }

    @AfterAll
    static void removeHosts() {
        if (hosts != null) {
            hosts.close();
        }
    }

    @Test
    void shouldReadAndSetTheSettingsOfTheCallingThreadsNamespaceOnly() {
        PortRange here = Sysctl.ipLocalPortRange();
        hosts.client.run(() -> Sysctl.setIpLocalPortRange(new PortRange(64_000, 65_535)));
        hosts.client.run(() -> Sysctl.write("net.ipv4.ip_local_reserved_ports", "8080,9000-9010"));
        hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_max_tw_buckets", "12345"));
        hosts.client.run(() -> Sysctl.write("net.ipv4.ip_unprivileged_port_start", "80"));

        assertThat(hosts.client.call(Sysctl::ipLocalPortRange)).isEqualTo(new PortRange(64_000, 65_535));
        assertThat(hosts.client.call(Sysctl::ipLocalReservedPorts).toString()).isEqualTo("8080,9000-9010");
        assertThat(hosts.client.call(Sysctl::tcpMaxTwBuckets)).isEqualTo(12_345);
        assertThat(hosts.client.call(Sysctl::ipUnprivilegedPortStart)).isEqualTo(80);
        assertThat(hosts.client.call(Sysctl::tcpTimestamps)).isEqualTo(1);
        assertThat(hosts.client.call(Sysctl::tcpTwReuse)).isBetween(0, 2);
        assertThat(hosts.client.call(Sysctl::tcpFinTimeoutSeconds)).isEqualTo(60);
        assertThat(hosts.server.call(Sysctl::ipLocalReservedPorts).isEmpty()).isTrue();
        assertThat(Sysctl.ipLocalPortRange()).isEqualTo(here);
    }

    @Test
    void shouldSayWhatIsWrongWithASetting() {
        assertThatThrownBy(() -> Sysctl.read("net.ipv4.no_such_setting"))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("net.ipv4.no_such_setting: ENOENT");
        assertThat(Sysctl.readIfPresent("net.ipv4.no_such_setting")).isEmpty();
        assertThatThrownBy(() -> hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_timestamps", "x")))
                .hasMessageContaining("EINVAL")
                .hasMessageContaining("sysctl -w net.ipv4.tcp_timestamps='x'");
        assertThatThrownBy(() -> Sysctl.read("../passwd")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCountTimeWaitAndTakeOversOfTheNamespace() {
        TcpCounters before = hosts.client.call(TcpCounters::read);
        try (Connection first = hosts.connect(Flavour.IPV4, 30_000)) {
            first.closeClientFirst();
        }
        Await.until(
                () -> hosts.client.call(TcpCounters::read).timeWaitCount(),
                count -> count == before.timeWaitCount() + 1);
        try (Connection again = hosts.connect(Flavour.IPV4, 30_000)) {
            again.closeClientFirst();
        }

        TcpCounters after = hosts.client.call(TcpCounters::read);

        assertThat(after.timeWaitTakenOver() - before.timeWaitTakenOver()).isEqualTo(1);
        assertThat(after.growth("TcpActiveOpens", before)).hasValue(2);
        assertThat(after.activeOpens() - before.activeOpens()).isEqualTo(2);
        assertThat(after.timeWaitOverflows()).isZero();
        assertThat(after.resetsSent()).isEqualTo(before.resetsSent());
        assertThat(after.synRetransmissions()).isZero();
        assertThat(after.segmentsRetransmitted()).isZero();
        assertThat(after.value("TcpExtNoSuchCounter")).isEmpty();
        assertThat(hosts.server.call(TcpCounters::read).activeOpens()).isZero();
    }

    @Test
    void shouldCountAnOverflow() {
        hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_max_tw_buckets", "0"));
        long before = hosts.client.call(TcpCounters::read).timeWaitOverflows();
        try (Connection connection = hosts.connect(Flavour.IPV4, 30_001)) {
            connection.closeClientFirst();

            Await.until(
                    () -> hosts.client.call(TcpCounters::read).timeWaitOverflows(),
                    overflows -> overflows == before + 1);
        } finally {
            hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_max_tw_buckets", "100000"));
        }
    }

    @Test
    void shouldListEveryListeningPortOfBothFamilies() {
        Host client = hosts.client;
        try (RawTcp one = client.call(() -> RawTcp.listen(7001));
                RawTcp two = client.call(() -> RawTcp.listen(7003));
                Connection connection = hosts.connect(Flavour.IPV4, 30_002)) {
            assertThat(one.fd()).isNotEqualTo(two.fd());
            assertThat(connection.near().fd()).isPositive();

            PortBits ports = client.call(() -> {
                try (SocketDiag diag = SocketDiag.open()) {
                    return Listeners.census(diag);
                }
            });

            assertThat(ports.toString()).isEqualTo("7001,7003");
        }
    }

    @Test
    void shouldSeeWhichCapabilitiesAThreadHas() {
        assertThat(hosts.client.call(Capabilities::ofThisThread).has(Capability.NET_ADMIN))
                .isTrue();
        try (Host ordinary = hosts.besideClient()) {
            ordinary.run(ThreadCapabilities::dropAll);

            Capabilities none = ordinary.call(Capabilities::ofThisThread);

            assertThat(none.effectiveMask()).isZero();
            assertThat(none.has(Capability.NET_ADMIN)).isFalse();
            assertThatThrownBy(() -> ordinary.run(NetworkNamespace::enterNew))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("EPERM")
                    .hasMessageContaining("CAP_SYS_ADMIN");
        }
    }

    @Test
    void shouldKnowTheRunningKernel() {
        Kernel kernel = Kernel.running();

        assertThat(kernel.release()).startsWith(kernel.major() + "." + kernel.minor());
        assertThat(kernel.isAtLeast(kernel.major(), kernel.minor())).isTrue();
        assertThat(kernel.isAtLeast(kernel.major(), kernel.minor() + 1)).isFalse();
        assertThat(kernel.isAtLeast(kernel.major() - 1, 99)).isTrue();
        assertThat(kernel.bootId()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    @Test
    void shouldNeverGiveTheCookieOfANamespaceToAnother() {
        Set<Long> cookies = new HashSet<>();
        cookies.add(NetworkNamespace.currentCookie());
        for (int i = 0; i < 20; i++) {
            try (Host brief = Host.start("brief")) {
                long cookie = brief.call(NetworkNamespace::currentCookie);
                assertThat(brief.call(NetworkNamespace::currentCookie)).isEqualTo(cookie);
                assertThat(cookies.add(cookie))
                        .as("cookie %s was seen before", cookie)
                        .isTrue();
            }
        }
    }

    @Test
    void shouldEnterAndLeaveNamespaces() {
        long outside = NetworkNamespace.currentInode();
        try (Host traveller = Host.start("traveller");
                NetworkNamespace home = traveller.call(NetworkNamespace::current);
                NetworkNamespace client = hosts.client.call(NetworkNamespace::current)) {
            traveller.run(client::enter);
            assertThat(traveller.call(NetworkNamespace::currentInode)).isEqualTo(client.inode());

            traveller.run(home::enter);

            assertThat(traveller.call(NetworkNamespace::currentInode))
                    .isEqualTo(home.inode())
                    .isNotEqualTo(client.inode())
                    .isNotEqualTo(outside);
        }
        assertThat(NetworkNamespace.currentInode()).isEqualTo(outside);
    }

    @Test
    void shouldRefuseToMoveAVirtualThread() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread virtual = Thread.ofVirtual().start(() -> {
            try {
                NetworkNamespace.enterNew();
            } catch (IllegalStateException e) {
                thrown.set(e);
            }
        });
        virtual.join(10_000);

        assertThat(thrown.get()).hasMessageContaining("platform thread");
    }

    @Test
    void shouldSayThatANamespaceDoesNotExist() {
        assertThatThrownBy(() -> NetworkNamespace.open(Path.of("/run/netns/no-such-namespace")))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("ENOENT");
    }

    @Test
    void shouldReadTheSameTupleFromMappedAndPlainAddresses() throws Exception {
        TcpTuple plain = TwoHosts.tupleOf("10.200.0.", 1);

        assertThat(plain.isIpv4()).isTrue();
        assertThat(plain.source()).isEqualTo(InetAddress.getByName("10.200.0.1"));
        assertThat(plain).hasToString("10.200.0.1:1 > 10.200.0.2:8080");
        assertThat(TwoHosts.tupleOf("fd00:200::", 1))
                .hasToString("[fd00:200:0:0:0:0:0:1]:1 > [fd00:200:0:0:0:0:0:2]:8080");
        assertThatThrownBy(() -> TcpTuple.of(InetAddress.getByName("10.0.0.1"), 1, InetAddress.getByName("fd00::1"), 2))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

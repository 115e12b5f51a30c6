package dev.tidewait.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.PortRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final InetSocketAddress BIND = address(3128);
    private static final List<HostPort> SERVERS = List.of(HostPort.parse("192.0.2.7:80"));

    @Test
    void shouldNameTheTimeoutThatIsWrong() {
        Timeouts d = Timeouts.DEFAULTS;
        assertThatThrownBy(() -> new Timeouts(
                        Duration.ZERO,
                        d.portWait(),
                        d.idle(),
                        d.halfClosed(),
                        d.drain(),
                        d.clientHeader(),
                        d.resolve()))
                .hasMessageContaining("timeouts.connect")
                .hasMessageContaining("24 h");
        assertThatThrownBy(() -> new Timeouts(
                        d.connect(),
                        d.portWait(),
                        Duration.ofDays(2),
                        d.halfClosed(),
                        d.drain(),
                        d.clientHeader(),
                        d.resolve()))
                .hasMessageContaining("timeouts.idle");
        assertThat(new Timeouts(
                                d.connect(),
                                Duration.ZERO,
                                d.idle(),
                                d.halfClosed(),
                                Duration.ZERO,
                                d.clientHeader(),
                                d.resolve())
                        .drain())
                .isZero();
    }

    @Test
    void shouldRefuseListenersThatCannotWork() {
        assertThatThrownBy(() -> new TcpListenerSettings("two words", BIND, SERVERS))
                .hasMessageContaining("two words");
        assertThatThrownBy(() -> new TcpListenerSettings("db", BIND, List.of())).hasMessageContaining("0 servers");
        assertThatThrownBy(
                        () -> new TcpListenerSettings("db", InetSocketAddress.createUnresolved("nowhere", 1), SERVERS))
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new HttpProxyListenerSettings("web", BIND, AccessRules.DEFAULTS, 10))
                .hasMessageContaining("256");
    }

    @Test
    void shouldRefuseTwoListenersInOnePlace() {
        TcpListenerSettings db = new TcpListenerSettings("db", BIND, SERVERS);
        TcpListenerSettings sameName = new TcpListenerSettings("db", address(3129), SERVERS);
        HttpProxyListenerSettings samePlace = new HttpProxyListenerSettings("web", BIND, AccessRules.DEFAULTS);
        assertThatThrownBy(() -> new ProxySettings(List.of(db, sameName), Timeouts.DEFAULTS))
                .hasMessageContaining("called db");
        assertThatThrownBy(() -> new ProxySettings(List.of(db, samePlace), Timeouts.DEFAULTS))
                .hasMessageContaining("127.0.0.1:3128");
        assertThatThrownBy(() -> new ProxySettings(List.of(), Timeouts.DEFAULTS))
                .hasMessageContaining("no listener");
    }

    @Test
    void shouldReadPortRanges() {
        assertThat(PortRange.parse("443")).isEqualTo(new PortRange(443, 443));
        assertThat(PortRange.parse("8000-8099").contains(8099)).isTrue();
        assertThatThrownBy(() -> PortRange.parse("8099-8000")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PortRange.parse("0-1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PortRange.parse("1-")).isInstanceOf(IllegalArgumentException.class);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}

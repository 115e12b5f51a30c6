package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.TwoHosts.Connection;
import dev.tidewait.linux.TwoHosts.Flavour;
import dev.tidewait.linux.fixture.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP_INFO, SO_COOKIE and integer options of real connections between two namespaces. Needs root. */
class TcpInfoTest {
    private static final int TCP_NODELAY = 1;

    private static TwoHosts hosts;
    private static int nextPort = 20_000;
    private final TcpInfo info = new TcpInfo();

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

    @ParameterizedTest
    @EnumSource
    void shouldCountBytesBothWaysAndStayGoodAfterBothHaveClosed(Flavour flavour) {
        try (Connection connection = hosts.connect(flavour, nextPort++)) {
            connection.near().write(3000);
            connection.far().readExactly(3000);
            connection.far().write(500);
            connection.far().close();
            assertThat(connection.near().readToEnd()).isEqualTo(500);
            connection.near().shutdownWrite();

            Await.until(
                    () -> {
                        info.read(connection.near().fd());
                        return info.state();
                    },
                    TcpState.CLOSE::equals);

            assertThat(info.bytesSent()).isEqualTo(3000);
            // one for our SYN; one for our FIN once its acknowledgement has closed the socket
            assertThat(info.bytesAcked()).isEqualTo(3002L);
            assertThat(info.bytesReceived()).isEqualTo(501L);
            assertThat(info.bytesRetransmitted()).isZero();
            assertThat(info.totalRetransmittedSegments()).isZero();
            assertThat(info.notSentBytes()).isZero();
            assertThat(info.duplicatesReported()).isZero();
            assertThat(info.segmentsSent()).isGreaterThanOrEqualTo(4);
            assertThat(info.srttMicros()).isBetween(1L, 1_000_000L);
            assertThat(info.minRttMicros()).isBetween(0L, 1_000_000L);
            assertThat(info.rtoMicros()).isBetween(1_000L, 1_000_000L);
            assertThat(info.hasTimestamps()).isTrue();
            assertThat(info.hasSelectiveAcknowledgements()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSeeWhetherTimestampsAreInUse(int timestamps) {
        hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_timestamps", Integer.toString(timestamps)));
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {

            assertThat(info.read(connection.near().fd())).isEqualTo(Errno.NONE);

            assertThat(info.hasTimestamps()).isEqualTo(timestamps == 1);
            assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED);
        } finally {
            hosts.client.run(() -> Sysctl.write("net.ipv4.tcp_timestamps", "1"));
        }
    }

    @Test
    void shouldSeeBytesThatWereNotSentYet() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            do {
                connection.near().write(100_000);
                info.read(connection.near().fd());
            } while (info.notSentBytes() == 0);

            assertThat(info.notSentBytes()).isPositive();
            assertThat(info.bytesSent()).isPositive();
        }
    }

    @Test
    void shouldNameTheErrorAndKnowNothingAfterIt() {
        assertThat(info.read(-1)).isEqualTo(Errno.EBADF);

        assertThat(info.bytesSent()).isEqualTo(TcpInfo.UNKNOWN);
        assertThat(info.hasTimestamps()).isFalse();
        assertThat(info.state()).isEqualTo(TcpState.UNKNOWN);
    }

    @Test
    void shouldGiveTheSameCookieEachTimeAndAnotherForAnotherSocket() {
        try (Connection one = hosts.connect(Flavour.IPV4, nextPort++);
                Connection two = hosts.connect(Flavour.IPV6, nextPort++)) {
            long cookie = SocketCookie.read(one.near().fd());

            assertThat(cookie)
                    .isNotZero()
                    .isEqualTo(SocketCookie.read(one.near().fd()))
                    .isNotEqualTo(SocketCookie.read(two.near().fd()));
        }
    }

    @Test
    void shouldSayWhyACookieCannotBeRead() {
        assertThatThrownBy(() -> SocketCookie.read(-1))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("EBADF")
                .hasMessageContaining("right after connect");
    }

    @Test
    void shouldSetAndGetIntegerOptions() {
        try (Connection connection = hosts.connect(Flavour.IPV4, nextPort++)) {
            int fd = connection.near().fd();

            assertThat(SocketOptions.setInt(fd, LibC.IPPROTO_TCP, TCP_NODELAY, 1))
                    .isEqualTo(Errno.NONE);

            assertThat(SocketOptions.getInt(fd, LibC.IPPROTO_TCP, TCP_NODELAY)).isEqualTo(1);
            assertThat(SocketOptions.setInt(fd, LibC.IPPROTO_TCP, 9999, 1)).isEqualTo(Errno.ENOPROTOOPT);
            assertThatThrownBy(() -> SocketOptions.getInt(-1, LibC.IPPROTO_TCP, TCP_NODELAY))
                    .hasMessageContaining("EBADF");
        }
    }
}

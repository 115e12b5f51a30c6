package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.fixture.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** In namespaces of its own. Needs root. */
class AdminNameTest {
    private static final InetSocketAddress FOUR = address("127.0.0.1", 8404);
    private static final InetSocketAddress SIX = address("::1", 8405);

    @Test
    void shouldBeSeenInItsNamespaceUntilItIsClosed() {
        try (Host host = Host.start("host");
                Host other = Host.start("other")) {
            AdminName four = host.call(() -> AdminName.publish(FOUR).orElseThrow());
            AdminName six = host.call(() -> AdminName.publish(SIX).orElseThrow());

            assertThat(host.call(AdminNameTest::sockets))
                    .contains("@tidewait/admin/127.0.0.1:8404\n", "@tidewait/admin/[0:0:0:0:0:0:0:1]:8405\n");
            assertThat(other.call(AdminNameTest::sockets)).doesNotContain("@tidewait/admin");

            four.close();
            four.close();
            assertThat(host.call(AdminNameTest::sockets))
                    .doesNotContain("127.0.0.1:8404")
                    .contains(":8405\n");
            six.close();
        }
    }

    @Test
    void shouldDoWithoutANameThatIsTaken() {
        try (Host host = Host.start("host")) {
            AdminName first = host.call(() -> AdminName.publish(FOUR).orElseThrow());
            assertThat(host.call(() -> AdminName.publish(FOUR))).isEmpty();

            first.close();
            assertThat(host.call(() -> AdminName.publish(FOUR))).get().satisfies(AdminName::close);
        }
    }

    private static String sockets() throws IOException {
        return Files.readString(Path.of("/proc/thread-self/net/unix"));
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}

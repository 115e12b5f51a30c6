package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.linux.LinuxException;
import dev.tidewait.linux.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@NeedsRoot
class NamespaceTest {
    @Test
    void shouldStartChildrenInside() throws Exception {
        try (Namespace namespace = Namespace.create("test")) {
            Process child = namespace.start(new ProcessBuilder("readlink", "/proc/self/ns/net"));
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            String childNamespace = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

            long inode = namespace.call(NetworkNamespace::currentInode);
            assertThat(childNamespace).isEqualTo("net:[" + inode + "]");
            assertThat(inode).isNotEqualTo(NetworkNamespace.currentInode());
        }
    }

    @Test
    void shouldSetSysctlsInsideOnly() {
        try (Namespace one = Namespace.create("one");
                Namespace other = Namespace.create("other")) {
            one.sysctl("net.ipv4.tcp_max_tw_buckets", "17");

            assertThat(one.sysctl("net.ipv4.tcp_max_tw_buckets")).isEqualTo("17");
            assertThat(other.sysctl("net.ipv4.tcp_max_tw_buckets")).isNotEqualTo("17");
        }
    }

    @Test
    void shouldSayWhatCouldNotBeSet() {
        try (Namespace namespace = Namespace.create("test")) {
            assertThatThrownBy(() -> namespace.sysctl("net.ipv4.no_such_setting", "1"))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("net.ipv4.no_such_setting");
        }
    }

    @Test
    void shouldBeEnteredByOtherProgramsThroughItsPath() throws Exception {
        try (Namespace namespace = Namespace.create("test")) {
            NetworkNamespace opened = NetworkNamespace.open(namespace.path());
            try (opened) {
                assertThat(opened.inode()).isEqualTo(namespace.call(NetworkNamespace::currentInode));
            }
        }
    }
}

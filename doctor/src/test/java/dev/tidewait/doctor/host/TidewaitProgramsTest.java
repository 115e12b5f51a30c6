package dev.tidewait.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TidewaitProgramsTest {
    private static final String HEAD = "Num RefCount Protocol Flags Type St Inode Path\n";
    private static final String SOCKET = "0000000000000000: 00000002 00000000 00000000 0001 01 12345 ";

    @TempDir
    private Path directory;

    @Test
    void shouldFindProgramsByTheNamesOfTheirSockets() {
        TidewaitPrograms programs = read(
                "@tidewait/ports/20480-21503",
                "@tidewait/admin/127.0.0.1:8404",
                "@tidewait/ports/1024-2047",
                "@tidewait/admin/[fd00:201:0:0:0:0:0:1]:8405",
                "/run/dbus/socket");

        assertThat(programs.ports().toString()).isEqualTo("1024-2047,20480-21503");
        assertThat(programs.holders()).isEqualTo(Map.of(1_024, 12_345, 20_480, 12_345));
        assertThat(programs.admins()).containsExactly(address("127.0.0.1", 8404), address("fd00:201::1", 8405));
    }

    @Test
    void shouldFindNobodyWhereNobodyIs() {
        TidewaitPrograms programs = read("@/tmp/.X11-unix/X0");

        assertThat(programs.ports().isEmpty()).isTrue();
        assertThat(programs.admins()).isEmpty();
    }

    @Test
    void shouldNotStumbleOverNamesThatOnlyLookLikeOurs() {
        TidewaitPrograms programs = read(
                "@tidewait/admin/999.0.0.1:8404",
                "@tidewait/admin/127.0.0.1:99999",
                "@tidewait/admin/[::::]:1",
                "@tidewait/admin/evil.example:80",
                "@tidewait/admin/127.0.0.1:84041",
                "@tidewait/admin/127.0.0.1:84040000",
                "@tidewait/admin/127.0.0.1:8404/more",
                "@another@tidewait/admin/127.0.0.1:8405",
                "@tidewait/admin/127.0.0.1:8404");

        assertThat(programs.admins()).containsExactly(address("127.0.0.1", 8404));
    }

    @Test
    void shouldNotTakeMoreForABlockThanIsOne() {
        TidewaitPrograms programs =
                read("@tidewait/ports/20480-215031", "@tidewait/ports/1024-2047x", "@me@tidewait/ports/3072-4095");

        assertThat(programs.ports().isEmpty()).isTrue();
    }

    /** Who is asked twice would count twice. */
    @Test
    void shouldNameEveryEndpointOnce() {
        TidewaitPrograms programs = read(
                "@tidewait/admin/0.0.0.0:8404",
                "@tidewait/admin/127.0.0.1:8404",
                "@tidewait/admin/[::]:8404",
                "@tidewait/admin/[::1]:8404",
                "@tidewait/admin/[0:0:0:0:0:0:0:0]:8404");

        assertThat(programs.admins()).containsExactly(address("127.0.0.1", 8404), address("::1", 8404));
        assertThat(programs.hasMore()).isFalse();
    }

    @Test
    void shouldNotAskWithoutEnd() {
        String[] many = new String[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = "@tidewait/admin/127.0.0.1:" + (9_000 + i);
        }

        TidewaitPrograms programs = read(many);

        assertThat(programs.admins()).hasSize(16);
        assertThat(programs.hasMore()).isTrue();
    }

    private TidewaitPrograms read(String... names) {
        StringBuilder table = new StringBuilder(HEAD);
        for (String name : names) {
            table.append(SOCKET).append(name).append('\n');
        }
        PlantedFiles files = new PlantedFiles(directory);
        files.proc("thread-self/net/unix", table.toString());
        return TidewaitPrograms.read(files.roots());
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}

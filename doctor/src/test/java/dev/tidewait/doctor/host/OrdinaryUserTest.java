package dev.tidewait.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Kernel;
import dev.tidewait.linux.fixture.Host;
import dev.tidewait.ports.PortSet;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody without any right sees of a namespace, and what is said about the rest. */
final class OrdinaryUserTest {
    private static final List<String> AS_NOBODY = List.of(
            "setpriv",
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "--bounding-set",
            "-all",
            "--inh-caps",
            "-all");

    @TempDir
    private Path directory;

    @Test
    void shouldSeeAllButOtherUsersFilesWithoutRoot() throws IOException {
        try (Host host = Host.start("host");
                ServerSocket service = host.call(() -> new ServerSocket())) {
            host.sysctl("net.ipv4.ip_local_port_range", "40000 40999");
            host.sysctl("net.ipv4.tcp_max_tw_buckets", "777");
            host.call(() -> {
                service.bind(new InetSocketAddress("0.0.0.0", 40_500));
                return true;
            });

            List<String> lines = host.call(this::look);

            assertThat(lines)
                    .contains("range 40000-40999", "buckets 777")
                    .contains("listening [ListeningPort[port=40500, loopbackOnly=false, userId=0]]")
                    .contains("missing [NET_BIND_SERVICE, NET_ADMIN, NET_RAW, SYS_ADMIN, PERFMON, BPF]")
                    .contains("destroy the kernel can, but it needs CAP_NET_ADMIN")
                    .anyMatch(line -> line.matches("limit \\d+"))
                    .contains(
                            "unseen open files of other users' programs: /proc/PID/fd is closed to this user; root sees it")
                    .filteredOn(line -> line.startsWith("unseen"))
                    .hasSize(1);
        }
    }

    @Test
    void shouldSayWithoutRootThatItCannotSeeNat() throws IOException {
        try (Host host = Host.start("host").withLoopback();
                ServerSocket service = host.call(() -> new ServerSocket(8_080))) {
            host.shell(
                    "nft 'add table inet watch; add chain inet watch leave { type filter hook output priority filter; };"
                            + " add rule inet watch leave ct state new counter'");
            host.call(() -> {
                new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort()).close();
                return true;
            });

            assertThat(host.call(this::look))
                    .anyMatch(line -> line.matches("tracked [1-9]\\d* of \\d+"))
                    .contains(
                            "unseen addresses that this host translates (NAT): /proc/thread-self/net/nf_conntrack cannot be read: permission"
                                    + " denied; root sees it");
        }
    }

    private List<String> look() throws IOException {
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xshare:auto",
                "-cp",
                classPath(),
                OrdinaryUserLook.class.getName(),
                Long.toString(ProcessHandle.current().pid())));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.inputReader().lines().toList();
    }

    /** Copies, because neither a build directory nor the local Maven repository need be readable for others. */
    private String classPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (Class<?> type : List.of(HostFacts.class, OrdinaryUserLook.class, Kernel.class, PortSet.class)) {
            Path copy = directory.resolve(type.getSimpleName());
            copy(place(type), copy);
            copies.add(copy.toString());
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return String.join(File.pathSeparator, copies);
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}

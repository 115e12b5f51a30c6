package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** apt-get with folders of its own, and a repository of one package at the origin. */
@NeedsRoot
@Timeout(120)
class AptClientTest {
    private static final String PACKAGE = "tidewait-lab-greeting";

    /** How apt reaches the repository. */
    enum Way {
        HTTP("http://", "http"),
        CONNECT("http://", "https"),
        SOCKS5_HOSTNAME("socks5h://", "https"),
        SOCKS5_FOR_HTTP("socks5h://", "http");

        private final String proxyScheme;
        private final String scheme;

        Way(String proxyScheme, String scheme) {
            this.proxyScheme = proxyScheme;
            this.scheme = scheme;
        }

        String proxy() {
            return proxyScheme + (proxyScheme.equals("http://") ? bed.httpProxy() : bed.socksProxy());
        }
    }

    @TempDir
    private static Path folder;

    private static ClientBed bed;
    private static byte[] deb = new byte[0];

    @BeforeAll
    static void start() throws Exception {
        Path repository = Files.createDirectories(folder.resolve("files/apt"));
        bed = ClientBed.start(folder, folder.resolve("files"));
        Path content = Files.createDirectories(folder.resolve("package"));
        Path control = Files.createDirectories(content.resolve("DEBIAN")).resolve("control");
        String description = """
                Package: %s
                Version: 1.0
                Architecture: all
                Maintainer: Lab <lab@example.org>
                Description: Nothing but a greeting
                """.formatted(PACKAGE);
        Files.writeString(control, description);
        Files.write(content.resolve("greeting"), TestBytes.first(200_000));
        Path file = repository.resolve(PACKAGE + "_1.0_all.deb");
        bed.run("dpkg-deb", "--build", "--root-owner-group", content.toString(), file.toString())
                .successfully();
        deb = Files.readAllBytes(file);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(deb));
        Files.writeString(
                repository.resolve("Packages"),
                description + "Filename: apt/" + file.getFileName() + "\nSize: " + deb.length + "\nSHA256: " + sum
                        + "\n");
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldUpdateAndDownload(Way way) throws Exception {
        Path own = Files.createDirectories(folder.resolve("apt-" + way));
        for (String needed : List.of("lists/partial", "archives/partial", "etc/apt.conf.d", "etc/preferences.d")) {
            Files.createDirectories(own.resolve(needed));
        }
        Files.writeString(own.resolve("status"), "");
        Files.writeString(
                own.resolve("etc/sources.list"),
                "deb [trusted=yes] " + way.scheme + "://" + WebOrigin.NAME + "/files/ apt/\n");
        Path configuration =
                Files.writeString(own.resolve("apt.conf"), """
                Dir::State "%1$s";
                Dir::State::lists "lists";
                Dir::State::status "%1$s/status";
                Dir::Cache "%1$s";
                Dir::Etc "%1$s/etc";
                Dir::Etc::sourceparts "-";
                APT::Sandbox::User "root";
                Acquire::http::Proxy "%2$s";
                Acquire::https::Proxy "%2$s";
                Acquire::https::CAInfo "%3$s";
                Acquire::Retries "0";
                """.formatted(own, way.proxy(), bed.certificate()));
        long before = bed.leases();
        apt(configuration, own, "update");
        apt(configuration, own, "download", PACKAGE);
        assertThat(own.resolve(PACKAGE + "_1.0_all.deb")).hasBinaryContent(deb);
        assertThat(bed.leases()).isGreaterThanOrEqualTo(way == Way.HTTP ? before : before + 1);
        bed.awaitNoLease();
    }

    private static void apt(Path configuration, Path own, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "cd \"$0\" && exec \"$@\"",
                own.toString(),
                "env",
                "APT_CONFIG=" + configuration,
                "apt-get"));
        command.addAll(List.of(words));
        ClientBed.Ended ended = bed.run(command.toArray(String[]::new)).successfully();
        // apt-get update succeeds where nothing could be fetched, too.
        assertThat(ended.errors()).doesNotContain("W: Failed", "E:");
    }
}

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** npm installs a package and what it depends on from a registry at the origin. */
@NeedsRoot
@Timeout(120)
class NpmClientTest {
    /** How npm reaches the registry. */
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

        String registry() {
            return scheme + "://" + WebOrigin.NAME + "/files/" + scheme + "/";
        }
    }

    @TempDir
    private static Path folder;

    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        bed = ClientBed.start(folder, Files.createDirectory(folder.resolve("files")));
        for (Way way : new Way[] {Way.CONNECT, Way.SOCKS5_FOR_HTTP}) {
            Path registry = Files.createDirectories(folder.resolve("files").resolve(way.scheme));
            publish(registry, way, "lab-leaf", "{}");
            publish(registry, way, "lab-tree", "{\"lab-leaf\":\"^1.0.0\"}");
        }
    }

    /** A package of one module and one large file, with the document that a registry has for it. */
    private static void publish(Path registry, Way way, String name, String dependencies) throws Exception {
        Path archived = registry.resolve("content-" + name);
        Path content = Files.createDirectories(archived.resolve("package"));
        String manifest = "{\"name\":\"%s\",\"version\":\"1.0.0\",\"dependencies\":%s".formatted(name, dependencies);
        Files.writeString(content.resolve("package.json"), manifest + "}");
        Files.writeString(content.resolve("index.js"), "module.exports = '" + name + "';\n");
        Files.write(content.resolve("large"), TestBytes.first(300_000));
        Path archive = registry.resolve(name + "-1.0.0.tgz");
        bed.run("tar", "-czf", archive.toString(), "-C", archived.toString(), "package")
                .successfully();
        String sum = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive)));
        Files.writeString(
                registry.resolve(name),
                "{\"name\":\"%s\",\"dist-tags\":{\"latest\":\"1.0.0\"},\"versions\":{\"1.0.0\":%s,"
                                .formatted(name, manifest)
                        + "\"dist\":{\"tarball\":\"%s\",\"integrity\":\"sha512-%s\"}}}}"
                                .formatted(way.registry() + archive.getFileName(), sum));
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldInstallAPackageAndWhatItNeeds(Way way) throws Exception {
        Path project = Files.createDirectory(folder.resolve("project-" + way));
        long before = bed.leases();
        npm(way, "install", "--prefix", project.toString(), "lab-tree");
        assertThat(project.resolve("node_modules/lab-tree/large")).hasBinaryContent(TestBytes.first(300_000));
        assertThat(project.resolve("node_modules/lab-leaf/large")).hasBinaryContent(TestBytes.first(300_000));
        assertThat(bed.leases()).isGreaterThanOrEqualTo(way == Way.HTTP ? before : before + 1);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @EnumSource
    void shouldAskForAVersion(Way way) throws Exception {
        assertThat(npm(way, "view", "lab-tree", "dist-tags.latest").output().strip())
                .isEqualTo("1.0.0");
    }

    private static ClientBed.Ended npm(Way way, String... words) throws Exception {
        return bed.run(Stream.concat(
                                Stream.of(
                                        "npm",
                                        "--registry=" + way.registry(),
                                        "--proxy=" + way.proxy(),
                                        "--https-proxy=" + way.proxy(),
                                        "--noproxy=",
                                        "--cafile=" + bed.certificate(),
                                        "--cache=" + folder.resolve("cache-" + way + words.length),
                                        "--userconfig=" + folder.resolve("npmrc"),
                                        "--no-audit",
                                        "--no-fund",
                                        "--no-update-notifier",
                                        "--fetch-retries=0"),
                                Stream.of(words))
                        .toArray(String[]::new))
                .successfully();
    }
}

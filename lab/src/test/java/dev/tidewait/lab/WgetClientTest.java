package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU Wget through the HTTP proxy. */
@NeedsRoot
@Timeout(120)
class WgetClientTest {
    private static final int SIZE = 500_000;
    private static final int SERVER_ERROR = 8;

    @TempDir
    private static Path folder;

    private static Path files;
    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        files = Files.createDirectories(folder.resolve("files/deep/er"));
        for (int i = 0; i < 10; i++) {
            Files.write(files.resolve("file" + i), TestBytes.first(1000 + i));
        }
        bed = ClientBed.start(folder, folder.resolve("files"));
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void shouldDownload(String scheme) throws Exception {
        Path out = folder.resolve("whole-" + scheme);
        wget("-O", out.toString(), origin(scheme) + "/bytes/" + SIZE);
        assertThat(out).hasBinaryContent(TestBytes.first(SIZE));
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void shouldContinueADownload(String scheme) throws Exception {
        Path own = Files.createDirectory(folder.resolve("continue-" + scheme));
        Path out = Files.write(own.resolve(Integer.toString(SIZE)), TestBytes.first(SIZE / 3));
        wget("-c", "-P", own.toString(), origin(scheme) + "/bytes/" + SIZE);
        assertThat(out).hasBinaryContent(TestBytes.first(SIZE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void shouldPostAFile(String scheme) throws Exception {
        Path content = Files.write(folder.resolve("content"), TestBytes.first(SIZE));
        assertThat(wget("-O", "-", "--post-file", content.toString(), origin(scheme) + "/take")
                        .output())
                .isEqualTo(TestBytes.sha256(SIZE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void shouldOnlyLook(String scheme) throws Exception {
        assertThat(wget("--spider", "-S", origin(scheme) + "/bytes/" + SIZE).errors())
                .contains("Content-length: " + SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void shouldMirrorAFolder(String scheme) throws Exception {
        Path mirror = folder.resolve("mirror-" + scheme);
        wget("-r", "-np", "-nH", "-P", mirror.toString(), origin(scheme) + "/files/deep/");
        for (int i = 0; i < 10; i++) {
            assertThat(mirror.resolve("files/deep/er/file" + i)).hasBinaryContent(TestBytes.first(1000 + i));
        }
        bed.awaitNoLease();
    }

    @Test
    void shouldSayWhyATunnelWasRefused() throws Exception {
        ClientBed.Ended ended = bed.run(command("-O", "-", "https://127.0.0.1/"));
        assertThat(ended.exitCode()).isNotZero().isLessThanOrEqualTo(SERVER_ERROR);
        assertThat(ended.errors()).contains("Proxy tunneling failed: Forbidden");
    }

    private static String origin(String scheme) {
        return scheme + "://" + WebOrigin.NAME;
    }

    private static ClientBed.Ended wget(String... words) throws Exception {
        return bed.run(command(words)).successfully();
    }

    private static String[] command(String... words) {
        List<String> start = List.of(
                "wget",
                "-nv",
                "--tries=1",
                "-e",
                "use_proxy=on",
                "-e",
                "https_proxy=http://" + bed.httpProxy(),
                "-e",
                "http_proxy=http://" + bed.httpProxy(),
                "--ca-certificate=" + bed.certificate());
        return Stream.concat(start.stream(), Stream.of(words)).toArray(String[]::new);
    }
}

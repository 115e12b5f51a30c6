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

/** GNU Wget through the HTTP proxy. */
@NeedsRoot
@Timeout(120)
class WgetClientTest {
    private static final int SIZE = 500_000;
    private static final int SERVER_ERROR = 8;
    private static final String HTTPS = "https://" + WebOrigin.NAME;

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

    @Test
    void shouldDownload() throws Exception {
        Path out = folder.resolve("whole");
        wget("-O", out.toString(), HTTPS + "/bytes/" + SIZE);
        assertThat(out).hasBinaryContent(TestBytes.first(SIZE));
        bed.awaitNoLease();
    }

    @Test
    void shouldContinueADownload() throws Exception {
        Path out = Files.write(folder.resolve(Integer.toString(SIZE)), TestBytes.first(SIZE / 3));
        wget("-c", "-P", folder.toString(), HTTPS + "/bytes/" + SIZE);
        assertThat(out).hasBinaryContent(TestBytes.first(SIZE));
    }

    @Test
    void shouldPostAFile() throws Exception {
        Path content = Files.write(folder.resolve("content"), TestBytes.first(SIZE));
        assertThat(wget("-O", "-", "--post-file", content.toString(), HTTPS + "/take")
                        .output())
                .isEqualTo(TestBytes.sha256(SIZE));
    }

    @Test
    void shouldOnlyLook() throws Exception {
        assertThat(wget("--spider", "-S", HTTPS + "/bytes/" + SIZE).errors()).contains("Content-length: " + SIZE);
    }

    @Test
    void shouldMirrorAFolder() throws Exception {
        Path mirror = folder.resolve("mirror");
        wget("-r", "-np", "-nH", "-P", mirror.toString(), HTTPS + "/files/deep/");
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

package dev.tidewait.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** git over HTTP and HTTPS through both kinds of proxy. */
@NeedsRoot
@Timeout(120)
class GitClientTest {
    /** The proxy, and what the origin is called. */
    enum Way {
        HTTP("http", "http"),
        CONNECT("http", "https"),
        SOCKS5("socks5", "https"),
        SOCKS5_HOSTNAME("socks5h", "https"),
        SOCKS5_FOR_HTTP("socks5h", "http");

        private final String proxyScheme;
        private final String scheme;

        Way(String proxyScheme, String scheme) {
            this.proxyScheme = proxyScheme;
            this.scheme = scheme;
        }

        String proxy() {
            return proxyScheme + "://" + (proxyScheme.equals("http") ? bed.httpProxy() : bed.socksProxy());
        }

        String repository() {
            return scheme + "://" + WebOrigin.NAME + "/files/repository.git";
        }
    }

    private static final int COMMITS = 5;
    private static final int FILE_BYTES = 300_000;

    @TempDir
    private static Path folder;

    private static String head = "";
    private static ClientBed bed;

    @BeforeAll
    static void start() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        Path files = Files.createDirectory(folder.resolve("files"));
        bed = ClientBed.start(folder, files);
        git("init", "-q", work.toString());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < COMMITS; i++) {
            byte[] content = new byte[FILE_BYTES];
            random.nextBytes(content);
            Files.write(work.resolve("file" + i), content);
            git("-C", work.toString(), "add", ".");
            git(
                    "-C",
                    work.toString(),
                    "-c",
                    "user.name=Lab",
                    "-c",
                    "user.email=lab@example.org",
                    "commit",
                    "-q",
                    "-m",
                    "File " + i);
        }
        String bare = files.resolve("repository.git").toString();
        git("clone", "-q", "--bare", work.toString(), bare);
        git("-C", bare, "update-server-info");
        head = git("-C", bare, "rev-parse", "HEAD").output();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldClone(Way way) throws Exception {
        Path clone = folder.resolve("clone-" + way);
        long before = bed.leases();
        through(way, "clone", "-q", way.repository(), clone.toString());
        assertThat(git("-C", clone.toString(), "rev-parse", "HEAD").output()).isEqualTo(head);
        git("-C", clone.toString(), "fsck", "--full", "--strict");
        assertThat(clone.resolve("file4")).hasSameBinaryContentAs(folder.resolve("work/file4"));
        assertThat(bed.leases()).isGreaterThanOrEqualTo(way == Way.HTTP ? before : before + 1);
        bed.awaitNoLease();
    }

    @ParameterizedTest
    @EnumSource
    void shouldListRemoteBranches(Way way) throws Exception {
        assertThat(through(way, "ls-remote", way.repository(), "HEAD").output()).isEqualTo(head.strip() + "\tHEAD\n");
    }

    private static ClientBed.Ended through(Way way, String... words) throws Exception {
        return git(Stream.concat(
                        Stream.of("-c", "http.proxy=" + way.proxy(), "-c", "http.sslCAInfo=" + bed.certificate()),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    private static ClientBed.Ended git(String... words) throws Exception {
        return bed.run(Stream.concat(List.of("git").stream(), Stream.of(words)).toArray(String[]::new))
                .successfully();
    }
}

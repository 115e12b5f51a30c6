package dev.tidewait.app.accesslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tidewait.app.configuration.AccessLogFormat;
import dev.tidewait.app.configuration.AccessLogSection;
import dev.tidewait.app.configuration.LogPlace;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand in the place of a log. */
final class FileTargetTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseAFifoInsteadOfWaitingForItsReader() throws Exception {
        Path fifo = fifo(directory.resolve("fifo"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), fifo);
        for (Path path : new Path[] {fifo, link}) {
            assertTimeoutPreemptively(
                    DEADLINE,
                    () -> assertThatThrownBy(() -> LogSink.open(section(path)))
                            .isInstanceOf(UnusableLogException.class)
                            .hasMessageStartingWith("accessLog.file: cannot write to " + path + ": it is a FIFO,")
                            .hasMessageContaining("write stdout"));
        }
    }

    @Test
    void shouldRefuseASocket() throws Exception {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> LogSink.open(section(path)))
                    .isInstanceOf(UnusableLogException.class)
                    .hasMessageContaining("a socket");
        }
    }

    @Test
    void shouldGoOnWithTheOldFileWhereAFifoTookItsPlace() throws Exception {
        Path path = directory.resolve("access.log");
        Path renamed = directory.resolve("access.log.1");
        LogTarget target = FileTarget.open(path);
        try {
            Files.move(path, renamed);
            Path fifo = fifo(path);
            assertTimeoutPreemptively(
                    DEADLINE, () -> assertThatThrownBy(target::reopen).isInstanceOf(NoFileException.class));
            target.write(ByteBuffer.wrap("line\n".getBytes(US_ASCII)));
            assertThat(renamed).hasContent("line\n");
            Files.delete(fifo);
            target.reopen();
            assertThat(path).isEmptyFile();
        } finally {
            target.close();
        }
    }

    @Test
    void shouldTakeADeviceForCharacters() {
        assertThatCode(() -> LogSink.open(section(Path.of("/dev/null"))).discard())
                .doesNotThrowAnyException();
    }

    private static Path fifo(Path path) throws IOException, InterruptedException {
        Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
        assertThat(mkfifo.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(mkfifo.exitValue()).isZero();
        return path;
    }

    private static AccessLogSection section(Path file) {
        return new AccessLogSection(new LogPlace.File(file), AccessLogFormat.JSON, false);
    }
}

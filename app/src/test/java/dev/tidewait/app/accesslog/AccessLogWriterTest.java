package dev.tidewait.app.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewait.app.configuration.AccessLogFormat;
import dev.tidewait.app.configuration.AccessLogSection;
import dev.tidewait.app.configuration.LogPlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records on their way into files. */
@Timeout(60)
final class AccessLogWriterTest {
    @TempDir
    private Path directory;

    private final AccessLogWriter writer = new AccessLogWriter();

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void shouldTakeNothingWhileItIsOff() {
        assertThat(writer.isOn()).isFalse();
        writer.use(Optional.of(sink(file("a"))));
        assertThat(writer.isOn()).isTrue();
        writer.use(Optional.empty());
        assertThat(writer.isOn()).isFalse();
    }

    @Test
    void shouldHaveALineInTheFileWithinASecond() {
        Path log = file("access.log");
        writer.use(Optional.of(sink(log)));

        long before = System.nanoTime();
        writer.write(Records.tunnel("one:443", ""));
        await(() -> lines(log).size() == 1);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
        assertThat(permissions(log)).isEqualTo("rw-r-----");
        assertThat(writer.counters().written()).isEqualTo(1);
    }

    @Test
    void shouldWriteEverythingBeforeItCloses() {
        Path log = file("access.log");
        writer.use(Optional.of(sink(log)));
        for (int i = 0; i < 1_000; i++) {
            writer.write(Records.tunnel("host" + i + ":443", ""));
        }
        writer.close();
        assertThat(lines(log).size()).isEqualTo(1_000);
        assertThat(lines(log).getLast()).contains("host999:443");
    }

    @Test
    void shouldFollowARenameAndARemoval() throws IOException {
        Path log = file("access.log");
        writer.use(Optional.of(sink(log)));
        writer.write(Records.tunnel("before:443", ""));
        await(() -> lines(log).size() == 1);

        Files.move(log, file("access.log.1"));
        await(() -> Files.exists(log));
        writer.write(Records.tunnel("after:443", ""));
        await(() -> lines(log).size() == 1);
        assertThat(lines(log).getFirst()).contains("after:443");
        assertThat(lines(file("access.log.1"))).singleElement().asString().contains("before:443");

        Files.delete(log);
        await(() -> Files.exists(log));
    }

    /** Also where nothing has changed that it could see by itself. */
    @Test
    void shouldOpenTheFileAnewWhenAsked() {
        FloodedTarget target = new FloodedTarget(0);
        writer.use(Optional.of(new LogSink(section(file("same")), target)));
        assertThat(target.reopened.get()).isZero();
        writer.reopen();
        await(() -> target.reopened.get() == 1);
        writer.reopen();
        await(() -> target.reopened.get() == 2);
    }

    @Test
    void shouldLookAfterEverythingThoughRecordsNeverStop() {
        PrintStream stderr = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        FloodedTarget slow = new FloodedTarget(Integer.MAX_VALUE);
        Path log = file("next");
        try {
            writer.use(Optional.of(new LogSink(section(file("slow")), slow)));
            writer.write(Records.tunnel("first:443", ""));
            await(() -> said.toString(UTF_8).contains("lines are dropped"));
            writer.reopen();
            await(() -> slow.reopened.get() == 1);
            assertThat(slow.closed.get()).isFalse();

            writer.use(Optional.of(sink(log)));
            await(slow.closed::get);
            await(() -> !lines(log).isEmpty());
        } finally {
            slow.left.set(0);
            System.setErr(stderr);
        }
    }

    @Test
    void shouldEndThoughRecordsNeverStop() {
        FloodedTarget slow = new FloodedTarget(Integer.MAX_VALUE);
        writer.use(Optional.of(new LogSink(section(file("slow")), slow)));
        writer.write(Records.tunnel("first:443", ""));
        await(() -> writer.counters().dropped() > 0);
        writer.close();
        try {
            await(slow.closed::get);
        } finally {
            slow.left.set(0);
        }
    }

    @Test
    void shouldSendWhatWaitsToTheOldFileAndTheRestToTheNewOne() {
        Path old = file("old");
        Path next = file("new");
        writer.use(Optional.of(sink(old)));
        for (int i = 0; i < 100; i++) {
            writer.write(Records.tunnel("old:443", ""));
        }
        writer.use(Optional.of(sink(next)));
        await(() -> lines(old).size() == 100);
        writer.write(Records.tunnel("new:443", ""));
        await(() -> lines(next).size() == 1);
        writer.write(Records.tunnel("last:443", ""));
        writer.use(Optional.empty());
        await(() -> lines(next).size() == 2);
        assertThat(lines(old)).hasSize(100);
    }

    @Test
    void shouldGoOnWithoutADisk() {
        writer.use(Optional.of(sink(Path.of("/dev/full"))));
        for (int i = 0; i < 10; i++) {
            writer.write(Records.tunnel("lost:443", ""));
        }
        await(() -> writer.counters().failed() == 10);

        Path log = file("access.log");
        writer.use(Optional.of(sink(log)));
        writer.write(Records.tunnel("kept:443", ""));
        await(() -> lines(log).size() == 1);
        assertThat(writer.counters().written()).isEqualTo(1);
        assertThat(writer.counters().dropped()).isZero();
    }

    @Test
    void shouldDropAndCountWhereNobodyReads() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        writer.use(Optional.of(new LogSink(section(file("stuck")), new StuckTarget(stuck, reading))));
        writer.write(Records.tunnel("first:443", ""));
        assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();

        long before = System.nanoTime();
        int more = AccessLogWriter.MOST_WAITING + 500;
        for (int i = 0; i < more; i++) {
            writer.write(Records.tunnel("next:443", ""));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as("nobody waited")
                .isLessThan(Duration.ofSeconds(2));
        assertThat(writer.counters().dropped()).isEqualTo(500);

        reading.countDown();
        await(() -> writer.counters().written() == 1 + more - 500);
    }

    @Test
    void shouldEndThoughNobodyReads() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        writer.use(Optional.of(new LogSink(section(file("stuck")), new StuckTarget(stuck, never))));
        writer.write(Records.tunnel("first:443", ""));
        assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
        long before = System.nanoTime();
        writer.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        never.countDown();
    }

    @Test
    void shouldSayWhyAFileCannotBeOpened() {
        assertThatThrownBy(() -> sink(file("missing/access.log")))
                .isInstanceOf(UnusableLogException.class)
                .hasMessageContaining("accessLog.file: cannot write to " + file("missing/access.log"))
                .hasMessageContaining("create its directory");
    }

    /** As a pipe that nobody reads. */
    private record StuckTarget(CountDownLatch stuck, CountDownLatch reading) implements LogTarget {
        @Override
        public void write(ByteBuffer lines) throws IOException {
            stuck.countDown();
            try {
                if (!reading.await(30, TimeUnit.SECONDS)) {
                    throw new IOException("nobody reads");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public boolean isMoved() {
            return false;
        }

        @Override
        public void reopen() {}

        @Override
        public void close() {}
    }

    /** Slower than the records come: while it writes, the line becomes full again. Nothing ever moves it. */
    private final class FloodedTarget implements LogTarget {
        /** Writes during which that happens. */
        private final AtomicInteger left;

        private final AtomicInteger reopened = new AtomicInteger();
        private final AtomicBoolean closed = new AtomicBoolean();

        FloodedTarget(int floods) {
            this.left = new AtomicInteger(floods);
        }

        @Override
        public void write(ByteBuffer lines) {
            long before = writer.counters().dropped();
            while (left.get() > 0 && writer.counters().dropped() == before) {
                writer.write(Records.tunnel("more:443", ""));
            }
            left.updateAndGet(floods -> Math.max(0, floods - 1));
        }

        @Override
        public boolean isMoved() {
            return false;
        }

        @Override
        public void reopen() {
            reopened.incrementAndGet();
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static LogSink sink(Path file) {
        return LogSink.open(section(file));
    }

    private static AccessLogSection section(Path file) {
        return new AccessLogSection(new LogPlace.File(file), AccessLogFormat.JSON, false);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("time left").isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }
}

package dev.tidewait.hook;

import dev.tidewait.linux.fixture.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A cgroup of version 2 of its own; removed at the end. */
final class TestCgroup implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path path;

    private TestCgroup(Path path) {
        this.path = path;
    }

    static TestCgroup create() {
        return below(mountPoint());
    }

    /** Another one in this one. */
    TestCgroup inside() {
        return below(path);
    }

    private static TestCgroup below(Path parent) {
        Path path = parent.resolve("tidewait-test-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        try {
            return new TestCgroup(Files.createDirectory(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Where cgroup2 is mounted: alone, or beside version 1. */
    static Path mountPoint() {
        try {
            return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                    .filter(line -> line.contains(" - cgroup2 "))
                    .map(line -> Path.of(List.of(line.split(" ")).get(4)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no cgroup2 is mounted"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        // The kernel may still be busy with the last process.
        Await.until(
                () -> {
                    try {
                        return Files.deleteIfExists(path);
                    } catch (IOException e) {
                        return false;
                    }
                },
                Boolean::booleanValue);
    }
}

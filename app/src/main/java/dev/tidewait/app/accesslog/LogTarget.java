package dev.tidewait.app.accesslog;

import dev.tidewait.app.configuration.LogPlace;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where lines go. Owned by the writer's thread. */
interface LogTarget {
    /** @throws IOException it cannot be opened; the message says why */
    static LogTarget open(LogPlace place) throws IOException {
        return switch (place) {
            case LogPlace.File file -> FileTarget.open(file.path());
            case LogPlace.Stream.STDOUT -> stream(FileDescriptor.out);
            case LogPlace.Stream.STDERR -> stream(FileDescriptor.err);
        };
    }

    /**
     * Writes all of it, or none where the place can take it back.
     *
     * @throws IOException as when a disk is full; it may be tried again later
     */
    void write(ByteBuffer lines) throws IOException;

    /** Whether somebody has put something else in this place, so that it must be opened anew. */
    boolean isMoved();

    /** Opens the same place anew; if that is impossible everything stays as it is. */
    void reopen() throws IOException;

    void close() throws IOException;

    private static LogTarget stream(FileDescriptor descriptor) {
        // Never closed: it is this process's own.
        FileChannel channel = new FileOutputStream(descriptor).getChannel();
        return new LogTarget() {
            @Override
            public void write(ByteBuffer lines) throws IOException {
                while (lines.hasRemaining()) {
                    channel.write(lines);
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
        };
    }
}

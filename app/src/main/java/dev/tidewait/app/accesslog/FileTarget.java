package dev.tidewait.app.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is only ever added to, which others may rename ({@code logrotate}) or cut ({@code copytruncate}). Owned by the writer's
 * thread.
 */
final class FileTarget implements LogTarget {
    private static final Logger LOG = LoggerFactory.getLogger(FileTarget.class);
    private static final Set<OpenOption> ADDING = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    /** Who used the proxy for what is not for everybody to read. */
    private static final FileAttribute<?> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    /** The bits of st_mode that say what a thing is, and their values for FIFO, socket and block device (inode(7)). */
    private static final int KIND = 0170000;

    private static final Set<Integer> NO_FILES = Set.of(0010000, 0140000, 0060000);

    private final Path path;
    private FileChannel channel;
    /** Device and inode. */
    private @Nullable Object identity;
    /** Part of a line is at the end of the file and could not be taken back. */
    private boolean torn;

    private FileTarget(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.identity = identity(path);
    }

    static FileTarget open(Path path) throws IOException {
        return new FileTarget(path, channel(path));
    }

    /**
     * @throws NoFileException opening it could take for ever: for writing, a FIFO waits for somebody who reads
     */
    private static FileChannel channel(Path path) throws IOException {
        if (Files.exists(path)) {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            if (NO_FILES.contains(mode & KIND)) {
                throw new NoFileException(path);
            }
        }
        return FileChannel.open(path, ADDING, MODE);
    }

    @Override
    public void write(ByteBuffer lines) throws IOException {
        long before = channel.size();
        try {
            if (torn) {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
                torn = false;
                before = channel.size();
            }
            while (lines.hasRemaining()) {
                channel.write(lines);
            }
        } catch (IOException e) {
            takeBack(before);
            throw e;
        }
    }

    /** After ENOSPC the last line may be there in part. */
    private void takeBack(long sizeBefore) {
        try {
            if (channel.size() > sizeBefore) {
                channel.truncate(sizeBefore);
            }
        } catch (IOException stays) {
            LOG.debug("a torn line stays in {}", path, stays);
            torn = true;
        }
    }

    @Override
    public boolean isMoved() {
        try {
            Object now = identity(path);
            return now != null && !now.equals(identity);
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException unknown) {
            LOG.debug("cannot look at {}", path, unknown);
            return false;
        }
    }

    @Override
    public void reopen() throws IOException {
        FileChannel next = channel(path);
        channel.close();
        channel = next;
        identity = identity(path);
        torn = false;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}

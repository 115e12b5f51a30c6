package dev.tidewait.app.accesslog;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** What is in the place of a file takes no lines as a file does. The message says what to do. */
final class NoFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    NoFileException(Path path) {
        super(
                path.toString(),
                null,
                "it is a FIFO, a socket or a block device, where writing may wait for ever; name a regular file, or write stdout and"
                        + " let the program that starts tidewait take the lines");
    }
}

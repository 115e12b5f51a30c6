package dev.tidewait.app.admin;

import java.io.IOException;

/** What one path answers. Called on the admin server's own thread, one request at a time. */
@FunctionalInterface
public interface Page {
    /**
     * One answer. Immutable; the body is not copied.
     *
     * @param status HTTP status
     * @param contentType value of the header
     */
    @SuppressWarnings("ArrayRecordComponent") // handed from the page to the socket, never compared
    record Answer(int status, String contentType, byte[] body) {}

    Answer answer() throws IOException;
}

package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;

/** What became of bytes given to a {@link ResponseReader}. */
public sealed interface ResponseReading {
    /** The head goes on; all bytes were taken. */
    enum More implements ResponseReading {
        MORE
    }

    /** The head is complete; what is left in the buffer comes after it. */
    record Read(ResponseHead head) implements ResponseReading {}

    /** This is no response that could be passed on: tell the client (502) and close the server's connection. */
    record Unfit(Failure failure) implements ResponseReading {}
}

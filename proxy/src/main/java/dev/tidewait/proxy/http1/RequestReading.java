package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.failure.Failure;

/** What became of bytes given to a {@link RequestReader}. */
public sealed interface RequestReading {
    /** The head goes on; all bytes were taken. */
    enum More implements RequestReading {
        MORE
    }

    /** The head is complete; what is left in the buffer comes after it. */
    record Read(RequestHead head) implements RequestReading {}

    /** The request cannot be served, and nobody can say where the next one would begin: answer and close. */
    record Unfit(Failure failure) implements RequestReading {}
}

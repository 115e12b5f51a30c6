package dev.tidewait.linux;

/** How a dump ended. Immutable, any thread. */
public sealed interface DumpAnswer permits DumpAnswer.Complete, Refused {
    /**
     * The kernel's table was walked to its end. Sockets that came or went meanwhile may be missing or listed.
     *
     * @param socketCount sockets visited
     */
    record Complete(int socketCount) implements DumpAnswer {}
}

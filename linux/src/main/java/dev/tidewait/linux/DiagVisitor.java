package dev.tidewait.linux;

/** Receives the sockets of a dump, one call each, on the dumping thread. */
@FunctionalInterface
public interface DiagVisitor {
    /**
     * One socket.
     *
     * @param entry valid only during this call; copy what you keep. The {@link SocketDiag} that dumps must not be used here.
     */
    void visit(DiagEntry entry);
}

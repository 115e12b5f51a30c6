package dev.tidewait.lab;

/** Gets the observer's records one by one, in the order of the SYNs. */
@FunctionalInterface
public interface ReuseVisitor {
    /**
     * A SYN on a four-tuple that had been used before.
     *
     * @param group index into {@link ObserverReport#groups()}: source address and destination
     * @param sourcePort source port
     * @param synNanos when the SYN passed, as {@link System#nanoTime()}
     * @param ageNanos since the last segment of the old incarnation, either direction; beside the client, only what that side sent
     * @param ended bits: 1 FIN of the connecting side seen, 2 FIN of the other side, 4 RST, 32 the other side sent its FIN again
     */
    void reuse(int group, int sourcePort, long synNanos, long ageNanos, int ended);
}

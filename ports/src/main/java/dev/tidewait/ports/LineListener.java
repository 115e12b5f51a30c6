package dev.tidewait.ports;

/** Is told when those who wait may move up; called by whatever thread gave a port back. */
@FunctionalInterface
public interface LineListener {
    /**
     * {@link SourcePool#serve} should be called at {@code atMillis}, or now if that has passed.
     *
     * @param atMillis on the caller's clock
     */
    void lineMoves(SourcePool pool, long atMillis);
}

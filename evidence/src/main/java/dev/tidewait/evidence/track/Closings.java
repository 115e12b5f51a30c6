package dev.tidewait.evidence.track;

/**
 * Connections that closed in one way, by who began: the first FIN, or the RST where there was none. Immutable.
 *
 * @param byOpener the end that sent the SYN
 * @param byAcceptor the other
 * @param byUnknown the capture began later than the connection
 */
public record Closings(long byOpener, long byAcceptor, long byUnknown) {
    /** None. */
    public static final Closings NONE = new Closings(0, 0, 0);

    public long total() {
        return byOpener + byAcceptor + byUnknown;
    }

    public Closings plus(Closings other) {
        return new Closings(byOpener + other.byOpener, byAcceptor + other.byAcceptor, byUnknown + other.byUnknown);
    }
}

package dev.tidewait.proxy;

/**
 * The close behind a client's last answer: FIN when the client has taken everything, and then a moment for its own. Owned by one event loop.
 *
 * <p>Closing at once would send RST where the client still says something, and an RST may overtake the answer (RFC 9112, section 9.6). A slow reader
 * gets as long as it reads at all.
 */
final class Lingering {
    /** How far it is. */
    enum State {
        /** The client takes what it was sent. */
        TAKING,
        /** It has everything, and our FIN. */
        TAKEN,
        /** It has taken nothing for {@code timeouts.idle}. */
        STALLED
    }

    private final Roster roster;
    private final Wire client;
    /** What the client has not taken. */
    private long unsentBytes;
    /** When it is taken for gone if that does not change. */
    private long stalledTick;

    Lingering(Roster roster, Wire client) {
        this.roster = roster;
        this.client = client;
    }

    /** The last answer is written: our FIN follows. May end the wire. */
    void begin() {
        unsentBytes = client.unsentBytes();
        stalledTick = roster.deadline(roster.ticks().idle());
        client.reading(true);
        client.endOutput();
    }

    /** To be asked every {@link Ticks#linger()}. */
    State look() {
        if (client.hasOutputEnded()) {
            return State.TAKEN;
        }
        long before = unsentBytes;
        unsentBytes = client.unsentBytes();
        if (unsentBytes != before) {
            stalledTick = roster.deadline(roster.ticks().idle());
        }
        return roster.deadline(0) < stalledTick ? State.TAKING : State.STALLED;
    }
}

package dev.tidewait.app.configuration;

/** When a changed key takes effect at a reload. */
public enum Effect {
    /** At once; connections under way meet it at their next step. */
    NOW("now"),
    /** For clients that connect from now on; those under way keep what they began with. */
    NEW_CONNECTIONS("new connections"),
    /** Not before the next start. */
    RESTART("restart");

    private final String words;

    Effect(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}

package dev.tidewait.doctor.host;

/**
 * Something that a kernel can do or not. Immutable, any thread.
 *
 * @param name in a few words
 * @param presence whether it is there
 * @param reason by what that is known, or what is missing
 */
public record Feature(String name, Presence presence, String reason) {
    /** Whether it is there. */
    public enum Presence {
        YES,
        NO,
        UNKNOWN
    }

    public boolean isPresent() {
        return presence == Presence.YES;
    }
}

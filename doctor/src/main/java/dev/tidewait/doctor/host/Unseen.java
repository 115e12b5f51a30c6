package dev.tidewait.doctor.host;

/**
 * Something that could not be seen. Immutable, any thread.
 *
 * @param what the fact that is missing
 * @param reason why, and what would show it
 */
public record Unseen(String what, String reason) {
    @Override
    public String toString() {
        return what + ": " + reason;
    }
}

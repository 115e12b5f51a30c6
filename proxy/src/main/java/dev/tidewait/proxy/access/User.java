package dev.tidewait.proxy.access;

/**
 * Somebody whose password was right. Immutable.
 *
 * @param name as in the password file
 */
public record User(String name) {
    public User {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user has a name");
        }
    }
}

package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;

/** What came of a user name and a password. */
public sealed interface Login {
    /** The password is the user's. */
    record Accepted(User user) implements Login {}

    /** It is not, or could not be checked. */
    record Refused(Failure failure) implements Login {}
}

package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * Who needs a password, and which. Immutable.
 *
 * @param passwords empty = nobody needs one
 * @param withoutPassword clients that need none all the same
 */
public record UserRules(Optional<PasswordFile> passwords, List<Cidr> withoutPassword) {
    public static final UserRules NONE = new UserRules(Optional.empty(), List.of());

    public UserRules {
        withoutPassword = List.copyOf(withoutPassword);
    }
}

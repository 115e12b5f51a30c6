package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.address.Cidr;
import java.util.List;

/** Who must give a password. Immutable. */
public record UsersSection(
        @Setting(
                value =
                        "The absolute path of a file with a line for each user, as 'htpasswd -B' writes it; only bcrypt hashes are"
                                + " accepted. It is read at start and at every reload.",
                why =
                        "bcrypt costs each guess some 50 ms; MD5 and SHA hashes are searched at billions of guesses a second. The path "
                                + "is absolute because a service has no directory of its own.",
                source = "docs/decisions/023-access.md; htpasswd(1)")
        UserFile file,

        @Setting(
                value = "Addresses of clients that need no password all the same; they must be in 'allow', too.",
                key = "without-password",
                whenAbsent = "[]",
                why =
                        "Printers and servers cannot log in. They are named, so that there is still one way in for all others.",
                source = "docs/decisions/023-access.md")
        List<Cidr> withoutPassword) {}

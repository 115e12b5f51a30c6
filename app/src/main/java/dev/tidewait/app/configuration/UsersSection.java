package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.proxy.address.Cidr;
import java.util.List;

/** Who must give a password. Immutable. */
public record UsersSection(
        @Setting(
                "The absolute path of a file with a line for each user, as 'htpasswd -B' writes it; only bcrypt hashes are"
                        + " accepted. It is read at start and at every reload.")
        UserFile file,

        @Setting(
                value = "Addresses of clients that need no password all the same; they must be in 'allow', too.",
                key = "without-password",
                whenAbsent = "[]")
        List<Cidr> withoutPassword) {}

package dev.tidewait.app;

import dev.tidewait.app.configuration.AccessSection;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ListenerKind;
import dev.tidewait.app.configuration.ListenerSection;
import dev.tidewait.proxy.address.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What about {@code access} is allowed, but worth a word. No state. */
final class AccessAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(AccessAdvice.class);

    private AccessAdvice() {}

    /** One sentence or two for each. */
    static List<String> of(Configuration configuration) {
        List<String> advice = new ArrayList<>();
        AccessSection access = configuration.access();
        for (ListenerSection listener : configuration.listeners()) {
            boolean local = listener.bind().getAddress().isLoopbackAddress();
            if (local || listener.type() == ListenerKind.TCP) {
                continue;
            }
            if (access.users().isPresent()) {
                advice.add("passwords travel in clear to listener '" + listener.name()
                        + "': its clients reach it without TLS, so"
                        + " whoever sees that network can read them. Use it only in a network of your own, and let people have a"
                        + " password for it that they use nowhere else");
            } else if (allowsEverybody(access)) {
                advice.add("listener '" + listener.name()
                        + "' is an open proxy: access.allow admits every address, and nobody is asked"
                        + " for a password. Name your networks in access.allow, or set access.users");
            }
        }
        access.users()
                .map(users -> users.file().path())
                .filter(AccessAdvice::isReadableByAll)
                .ifPresent(file -> advice.add(file
                        + " can be read by every user of this host, who may then guess passwords at leisure: chmod 640 "
                        + file));
        return advice;
    }

    private static boolean allowsEverybody(AccessSection access) {
        return access.allow().stream()
                .flatMap(List::stream)
                .map(Cidr::prefixLength)
                .anyMatch(bits -> bits == 0);
    }

    private static boolean isReadableByAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("the permissions of {} are not known", file, e);
            return false;
        }
    }
}

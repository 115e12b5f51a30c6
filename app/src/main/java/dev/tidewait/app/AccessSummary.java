package dev.tidewait.app;

import dev.tidewait.app.configuration.AccessSection;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ListenerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code access} in words, as {@code tidewait check} shows it. No state. */
final class AccessSummary {
    private AccessSummary() {}

    /** One part for each question: who, with which password, how many, what not. */
    static List<String> of(Configuration configuration) {
        AccessSection access = configuration.access();
        List<String> lines = new ArrayList<>();
        boolean forward = configuration.listeners().stream().anyMatch(one -> one.type() != ListenerKind.TCP);
        access.allow()
                .ifPresentOrElse(
                        allow -> lines.add("clients from " + list(allow)),
                        () -> lines.add(
                                forward ? "clients on this host only (type tcp: every client)" : "every client"));
        access.users().ifPresent(users -> {
            int count = users.file().passwords().userCount();
            lines.add(String.format(
                    Locale.ROOT,
                    "with a password of %s (%,d %s)%s",
                    users.file(),
                    count,
                    count == 1 ? "user" : "users",
                    users.withoutPassword().isEmpty()
                            ? ""
                            : ", but without one from " + list(users.withoutPassword())));
        });
        access.limits()
                .connections()
                .ifPresent(
                        most -> lines.add(String.format(Locale.ROOT, "at most %,d connections of each client", most)));
        access.limits()
                .rate()
                .ifPresent(most -> lines.add(
                        String.format(Locale.ROOT, "at most %,d new connections a second of each client", most)));
        denied(lines, "names", access.denyNames());
        denied(lines, "addresses", access.denyAddresses());
        denied(lines, "ports", access.denyPorts());
        denied(lines, "methods", access.denyMethods());
        return lines;
    }

    private static void denied(List<String> lines, String what, List<?> list) {
        if (!list.isEmpty()) {
            lines.add("denied " + what + ": " + list(list));
        }
    }

    /** The first ten, and how many there are besides. */
    private static String list(List<?> list) {
        String shown = list.stream().limit(10).map(Object::toString).collect(Collectors.joining(", "));
        return list.size() <= 10 ? shown : shown + " and " + (list.size() - 10) + " more";
    }
}
